import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { execa } from 'execa';

import { parseEvidence } from '../pack/evidence-text.ts';
import type { Evidence } from '../pack/evidence.ts';
import { testCacheDir } from './server.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface CliResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

const program = process.env['ROLECALL_TEST_PROGRAM'];

/** The arguments of node that run the program: compiled, or from its sources. */
export const cliArguments =
  program === undefined
    ? ['--import', import.meta.resolve('tsx'), path.join(repository, 'harness', 'cli.ts')]
    : [path.join(repository, program)];

/** A module that is the program, for callers that start it by another name. */
export const cliModule =
  program === undefined
    ? `import '${import.meta.resolve('tsx')}';\nawait import('${pathToFileURL(path.join(repository, 'harness/cli.ts')).href}');\n`
    : `await import('${pathToFileURL(path.join(repository, program)).href}');\n`;

/** Runs the program as a user would, with colours off; its exit code is a value. */
export async function rolecall(
  args: readonly string[],
  { cwd = repository, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...cliArguments, ...args], {
    cwd,
    env: { ...env, ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1' },
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

export interface Sandbox extends AsyncDisposable {
  folder: string;
  /** Path inside the sandbox. */
  file(name: string): string;
  /** Replaces text in a file; the text must be there. */
  edit(name: string, from: string | RegExp, to: string): Promise<void>;
  append(name: string, text: string): Promise<void>;
  /** Runs the main job on the sandbox's contract. */
  run(...args: string[]): Promise<CliResult & { evidence: Evidence | undefined; pack: string }>;
}

/** A copy of this project's own db/ and pgtap/ that a test may break. */
export async function sandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-sandbox-'));
  for (const name of ['db', 'pgtap']) {
    await cp(path.join(repository, name), path.join(folder, name), { recursive: true });
  }
  const file = (name: string) => path.join(folder, name);
  const change = async (name: string, edit: (text: string) => string) => {
    const before = await readFile(file(name), 'utf8');
    const after = edit(before);
    if (after === before) {
      throw new Error(`the edit of ${name} changed nothing`);
    }
    await writeFile(file(name), after);
  };
  return {
    folder,
    file,
    edit: (name, from, to) => change(name, (text) => text.replace(from, to)),
    append: (name, text) => change(name, (before) => before + text),
    run: async (...args) => {
      const result = await rolecall(['run', '--format', 'json', ...args], { cwd: folder });
      const pack =
        result.stdout === '' ? '' : path.resolve(folder, (JSON.parse(result.stdout) as { pack: string }).pack);
      const evidence =
        pack === '' ? undefined : parseEvidence(await readFile(path.join(pack, 'evidence.json'), 'utf8'));
      return { ...result, evidence, pack };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
