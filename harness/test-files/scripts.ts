import { readFile } from 'node:fs/promises';

import { quoteLiteral } from '../postgres/quote.ts';
import type { TestScript } from './run-test-file.ts';

/** Test files as scripts, with the login that a header `--! as:` names. */
export async function fileScripts(files: readonly string[]): Promise<TestScript[]> {
  return Promise.all(
    files.map(async (name) => {
      const text = await readFile(name, 'utf8').catch(() => '');
      const header = /^(?:\s*(?:--[^\n]*)?\n)*?--!\s*as:\s*(\S+)/.exec(text);
      return { name, as: header?.[1] };
    }),
  );
}

/** pgTAP's xUnit functions as a script: those of a schema, those whose names match. */
export function runtestsScript(schema: string | undefined, match: string | undefined): TestScript {
  const given = [
    ...(schema === undefined ? [] : [`${quoteLiteral(schema)}::name`]),
    ...(match === undefined ? [] : [`${quoteLiteral(match)}::text`]),
  ];
  const call = `runtests(${given.join(', ')});`;
  return { name: call, sql: `SELECT * FROM ${call}` };
}
