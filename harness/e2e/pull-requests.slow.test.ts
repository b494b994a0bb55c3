import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { mostLines } from '../pull-request/answer.ts';
import { pr } from '../commands/pr.ts';
import { repository } from '../testing/cli.ts';
import { testContext } from '../testing/head.ts';
import { pullRequests, type PullRequest } from './pull-requests.fixture.ts';

let root: string;
const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: root });
const branchOf = ({ name }: PullRequest) => name.toLowerCase().replaceAll(/\W+/g, '-');

/** A repository with the project on main, and a branch for each pull request. */
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-pr-'));
  await cp(path.join(repository, 'harness/e2e/pull-requests/base'), root, { recursive: true });
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'The project');
  for (const request of pullRequests) {
    await git('switch', '--quiet', '--create', branchOf(request), 'main');
    if (request.sql !== undefined) {
      await writeFile(path.join(root, 'db/migrations/0003_change.sql'), `${request.sql}\n`);
    }
    for (const [name, edit] of Object.entries(request.files ?? {})) {
      const file = path.join(root, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, edit(await readFile(file, 'utf8').catch(() => '')));
    }
    await git('add', '.');
    await git('commit', '--quiet', '--message', request.name);
  }
  await git('switch', '--quiet', 'main');
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function answered(options: Partial<Parameters<typeof pr>[0]>) {
  const { context, answered: said } = testContext({ PATH: process.env['PATH']! });
  try {
    const code = await pr(
      {
        base: 'main',
        contract: path.join(root, 'db/contract.yaml'),
        failOn: ['widens'],
        format: 'markdown',
        topology: 'embedded',
        ...options,
      },
      context,
    );
    return { code, text: said() };
  } finally {
    await context.releasers.release();
  }
}

/** The bullets of the answer: `widens …`. */
const linesOf = (text: string) =>
  [...text.matchAll(/^- \S+ \*\*(\w+)\*\* (.*)$/gm)].map(([, to, sentence]) => `${to!} ${sentence!}`);

it.each(pullRequests)('$name', async (request) => {
  const { code, text } = await answered({ head: branchOf(request) });
  expect(linesOf(text)).toEqual(request.lines);
  expect(text.split('\n').length - 1).toBeLessThanOrEqual(mostLines);
  // A change that is unclear counts as much as one that widens.
  expect(code).toBe(request.lines.some((line) => /^(?:widens|unclear) /.test(line)) ? 1 : 0);
});

it('says that nothing changed where nothing did', async () => {
  const { code, text } = await answered({ head: 'main' });
  expect([code, text]).toEqual([
    0,
    expect.stringMatching(/^### Who can do what: nothing changed\n\nEverybody can do the same/),
  ]);
});
