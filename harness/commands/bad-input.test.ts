import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { testContext } from '../testing/head.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';
import { program } from './program.ts';
import { told } from './told.ts';

let project: SmallProject;
beforeAll(async () => {
  project = await smallProject();
  await writeFile(project.file('file'), '');
});
afterAll(() => project[Symbol.asyncDispose]());

/** The message for a command line. `CONTRACT`, `FILE` and `OUT` stand for places of the project. */
async function refusalOf(args: readonly string[], env: Record<string, string> = {}) {
  const { context, answered } = testContext(env);
  const words = args.map(
    (word) => ({ CONTRACT: project.contract, FILE: project.file('file'), OUT: project.file('reports') })[word] ?? word,
  );
  const error = await program('0', async (work) => {
    await work(context);
  })
    .parseAsync(['node', 'rolecall', ...words])
    .then(
      () => expect.fail('it was not refused'),
      (refused: unknown) => refused,
    );
  return { ...told(error, true), answered: answered() };
}

describe('what nobody can use is refused in one message, at once', () => {
  it.each<[args: string[], says: RegExp, env?: Record<string, string>]>([
    [['why', '', 'SELECT', 'public.orders', '--contract', 'CONTRACT'], /^rolecall: the role is empty\n/],
    [['why', 'app', ' ', 'public.orders'], /^rolecall: the privilege is empty\n/],
    [['why', 'app', 'SELECT', ''], /^rolecall: the object is empty\n/],
    [['explain', ''], /^rolecall: there is no code \n/],
    [['verify', ''], /is not there|is empty|invalid/],
    [['report', '/proc/self', '--out', 'OUT'], /evidence\.json is not there/],
    [['diff', 'FILE', '/dev/null'], /is not there/],
    [['check', '--url', '', '--contract', 'CONTRACT'], /^rolecall: --url is not a connection URL\n/],
    [['run', '--contract', ''], /^rolecall: cannot read the contract/],
    [['run', '--contract', '/dev/zero'], /is a device, not a file/],
    [['run', '--out', '/proc/reports', '--contract', 'CONTRACT'], /^rolecall: cannot write packs to \/proc\/reports/],
    [
      ['run', '--topology', 'url', '--contract', 'CONTRACT', '--out', 'OUT'],
      /./,
      { ROLECALL_URL: 'postgresql://u:p@h:99999/d' },
    ],
    [['mutate', '--shard', '0/0', '--contract', 'CONTRACT'], /shard/],
    [['merge', 'FILE', '--contract', 'CONTRACT'], /./],
  ])('%j', async (args, says, env) => {
    const started = performance.now();
    const { text, exit, answered } = await refusalOf(args, env);
    expect([exit, answered, text]).toEqual([2, '', expect.stringMatching(says)]);
    expect(text).toMatch(/^rolecall: [^]+\n.+\n$/);
    expect(text).not.toMatch(/internal error|\n {4}at /);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
