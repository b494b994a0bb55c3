import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { cliArguments, rolecall } from '../testing/cli.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';

let project: SmallProject;
beforeAll(async () => {
  project = await smallProject();
});
afterAll(() => project[Symbol.asyncDispose]());

it.each([700, 2000])(
  'SIGTERM after %d ms ends a program that reads a contract of two megabytes',
  { timeout: 180_000 },
  async (wait) => {
    const keys = Array.from({ length: 150_000 }, (_, i) => `k${i}: 1`).join('\n');
    await writeFile(project.file('large.yaml'), keys.slice(0, 1_900_000));
    const child = execa(process.execPath, [...cliArguments, 'run', '--contract', 'large.yaml'], {
      cwd: project.folder,
      reject: false,
      stdin: 'ignore',
      forceKillAfterDelay: false,
    });
    await delay(wait);
    const sent = performance.now();
    child.kill('SIGTERM');
    const { exitCode, signal, stderr } = await child;
    // It takes many seconds only if the machine is busy.
    expect(performance.now() - sent).toBeLessThan(30_000);
    // By its own handler, or by the system if the handler was not installed yet.
    expect([2, 143, 'SIGTERM']).toContain(exitCode ?? signal);
    expect(stderr).not.toMatch(/internal error|\n {4}at /);
  },
);

it('a cache folder in /proc is done without', { timeout: 180_000 }, async () => {
  const child = execa(process.execPath, [...cliArguments, 'up', '--format', 'json'], {
    cwd: project.folder,
    env: { ROLECALL_CACHE_DIR: '/proc/rolecall/cache' },
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: false,
  });
  child.stdout.once('data', () => child.kill('SIGTERM'));
  const { exitCode, stdout } = await child;
  expect([exitCode, stdout]).toEqual([143, expect.stringContaining('"ready":true')]);
});

it(
  'a folder of migrations may be given by its whole path, and is shown as any other',
  { timeout: 180_000 },
  async () => {
    await using other = await smallProject({
      'db/migrations/2_grants.sql': 'grant nonsense;\n',
    });
    const folder = JSON.stringify(other.file('db/migrations'));
    const contract = await readFile(other.contract, 'utf8');
    await writeFile(other.contract, contract.replace('folder: migrations', `folder: ${folder}`));
    const failed = await rolecall(['run'], { cwd: other.folder });
    expect([failed.exitCode, failed.stderr]).toEqual([
      2,
      expect.stringMatching(/^rolecall: db\/migrations\/2_grants\.sql:1/m),
    ]);
    await writeFile(other.file('db/migrations/2_grants.sql'), 'grant select, insert on public.orders to app;\n');
    const held = await rolecall(['run'], { cwd: other.folder });
    expect(held.exitCode, held.stdout).toBe(0);
    expect(await other.textOf('reports')).not.toContain(`${other.folder}/db`);
  },
);

it('an embedded server is reached where PGSSLMODE demands what it has not', { timeout: 180_000 }, async () => {
  await using other = await smallProject();
  const run = await rolecall(['run'], {
    cwd: other.folder,
    env: { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/nowhere' },
  });
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
});
