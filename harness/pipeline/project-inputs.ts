import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { sha256 } from '../common/digest.ts';
import { byCodeUnit } from '../common/order.ts';
import { tellingSecretsIn, withoutPasswords } from '../common/redaction.ts';
import { slashed } from '../common/slashes.ts';
import type { Input } from '../pack/evidence.ts';
import { includedFiles } from '../psql/included-files.ts';

/** The files of a project besides its contract. */
export interface ProjectFiles {
  /** What Rolecall itself adds: the platform's part, and what is known of its servers. */
  brought: Partial<Record<'platform' | 'server', { name: string; sha256: string } | undefined>>;
  /** Source code: texts by file. */
  code: ReadonlyMap<string, string> | undefined;
  /** Files by purpose. */
  files: readonly (readonly [kind: Input['kind'], names: readonly string[]])[];
}

/** The inputs of a project, file by file and in one digest, and the secrets in its files. */
export interface ProjectInputs {
  /** The inputs besides the contract, in the order in which they are read. */
  inputs: Input[];
  /**
   * sha256 over contract, platform, migrations, provisioning, seeds, suites, controls, source code, and what they include: names
   * and contents.
   */
  inputsSha256: string;
  /** Secrets in its files that are not names in the contract. Nobody may see them in the results. */
  secrets: string[];
}

/** Reads every file of a project, and the files that they include. */
export async function inputsOf(
  contractFile: string,
  contractText: string,
  { brought: { platform, server }, code = new Map(), files }: ProjectFiles,
): Promise<ProjectInputs> {
  const root = path.dirname(contractFile);
  const kinds = new Map(files.flatMap(([kind, names]) => names.map((name) => [name, kind] as const)));
  const of = (kind: 'platform' | 'server', one: { name: string; sha256: string } | undefined): Input[] =>
    one === undefined ? [] : [{ kind, name: one.name, sha256: one.sha256 }];
  const brought: Input[] = [
    ...of('platform', platform),
    ...of('server', server),
    ...[...code].map(([name, text]) => ({ kind: 'code', name, sha256: sha256(text) }) as const),
  ];
  const read = await Promise.all(
    (await withIncluded([...kinds.keys()])).map(async (name) => ({ name, content: await readFile(name) })),
  );
  const own = read.map(({ name, content }): Input => ({
    kind: kinds.get(name) ?? 'included',
    name: slashed(path.relative(root, name)),
    sha256: sha256(content),
  }));
  const lines = [
    `contract ${sha256(contractText)}`,
    ...brought.map(({ kind, name, sha256: digest }) => `${kind} ${name} ${digest}`),
    ...own.map(({ name, sha256: digest }) => `${name} ${digest}`).toSorted(byCodeUnit),
  ];
  const named = withoutPasswords(contractText);
  const told = [contractText, ...read.map(({ content }) => content.toString('utf8'))].flatMap(tellingSecretsIn);
  return {
    inputs: [...brought, ...own],
    inputsSha256: sha256(lines.join('\n')),
    secrets: [...new Set(told)].filter((secret) => !named.includes(secret)),
  };
}

async function withIncluded(files: readonly string[]): Promise<string[]> {
  const included = await Promise.all(files.map(async (file) => includedFiles(file, await readFile(file, 'utf8'))));
  return [...new Set([...files, ...included.flat()])];
}
