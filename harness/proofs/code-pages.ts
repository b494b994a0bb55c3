import { readFile } from 'node:fs/promises';

import { judgedCodes, type FindingCode } from '../findings/codes.ts';
import { codeExamples, type CodeExample } from '../findings/examples.ts';
import { allCodes, type ExplainedCode } from './all-codes.ts';

/** A code with an example, and the files that both come from. */
export interface CodePage extends ExplainedCode {
  /** Undefined if no statement can show it. */
  example?: CodeExample & {
    /** The file that the example builds on. */
    base: string;
    /** The remedy that the finding prints; '' if it is `fixed`. */
    printed: string;
  };
  /** Files, relative to the repository. */
  from: readonly string[];
}

const bypass = new URL('./bypass/', import.meta.url);
const inRepository = 'harness/proofs/bypass';

/** The pages of all codes, sorted; with `only`, of that code alone. */
export async function codePages(only?: string): Promise<CodePage[]> {
  const codes = await allCodes();
  return Promise.all(codes.filter(({ code }) => only === undefined || code === only).map(pageOf));
}

async function pageOf(entry: ExplainedCode): Promise<CodePage> {
  const { code } = entry;
  if (isJudged(code)) {
    const from = ['harness/findings/codes.ts', 'harness/findings/examples.ts'];
    return {
      ...entry,
      from,
      example: { ...codeExamples[code], base: 'harness/findings/examples.fixture.sql', printed: '' },
    };
  }
  const messages = JSON.parse(await read('examples/messages.json')) as Record<
    string,
    { message: string; remedy: string }
  >;
  const from = [`${inRepository}/checks/${code}.sql`];
  const said = messages[code];
  if (said === undefined) {
    return { ...entry, from };
  }
  const [flaw, fixed] = await Promise.all(['flaw', 'fixed'].map((kind) => read(`examples/${code}.${kind}.sql`)));
  const example = {
    message: said.message,
    flaw: flaw!.trim(),
    fixed: fixed!.trim(),
    base: `${inRepository}/fixtures/base.sql`,
    printed: said.remedy,
  };
  return {
    ...entry,
    from: [...from, ...['flaw', 'fixed'].map((kind) => `${inRepository}/examples/${code}.${kind}.sql`)],
    example,
  };
}

function isJudged(code: string): code is FindingCode {
  return Object.hasOwn(judgedCodes, code);
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, bypass), 'utf8');
}
