import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { leaveBehind, runChild, runGroup, startChild, type ChildOptions } from './child.ts';
import { RolecallError } from '../common/errors.ts';
import { isAlive } from './owner.ts';

const node = (script: string, options: Partial<ChildOptions> = {}) =>
  runChild(process.execPath, ['-e', script], { cwd: tmpdir(), ...options });
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as RolecallError,
  );

describe('a program that ends', () => {
  it('gives its stdout', async () => {
    expect(await node('console.log("hello"); console.error("noise")')).toBe('hello');
  });

  it('gives its stderr too where asked, in the order of writing', async () => {
    expect(await node('console.error("one"); setTimeout(() => console.log("two"), 50)', { withStderr: true })).toBe(
      'one\ntwo',
    );
  });

  it('survives a Ctrl-C in the terminal only if it has a process group of its own', async () => {
    const groupOf =
      'console.log(require("node:child_process").execFileSync("ps", ["-o", "pgid=", "-p", String(process.pid)], { encoding: "utf8" }).trim() === String(process.pid))';
    const env = { PATH: '/bin:/usr/bin' };
    expect([await node(groupOf, { env, ownGroup: true }), await node(groupOf, { env })]).toEqual(['true', 'false']);
  });

  it('has the environment it is given and no other', async () => {
    const keys = JSON.parse(
      await node('console.log(JSON.stringify(Object.keys(process.env)))', { env: { ONE: '1' } }),
    ) as string[];
    expect(keys).toContain('ONE');
    expect(keys).not.toContain('PATH');
    expect(keys).not.toContain('HOME');
  });

  it('fails with its last lines, its exit code and the next step', async () => {
    const error = await failureOf(
      node('for (let i = 1; i <= 40; i++) console.error("line " + i); process.exit(7)', { next: 'Look.' }),
    );
    expect(error).toBeInstanceOf(RolecallError);
    expect(error).toMatchObject({ code: 'child-failed', next: 'Look.' });
    const [first, ...lines] = error!.message.split('\n');
    expect(first).toContain('exit code 7');
    expect(lines).toEqual(Array.from({ length: 12 }, (_, index) => `line ${index + 29}`));
  });

  it('fails when it is not there', async () => {
    const error = await failureOf(runChild('/nowhere/program', [], { cwd: tmpdir() }));
    expect(error).toMatchObject({ code: 'child-failed', message: expect.stringContaining('ENOENT') });
  });

  it('is ended at its time limit and by an abort', async () => {
    expect(await failureOf(node('setInterval(() => {}, 1000)', { timeoutMs: 100 }))).toMatchObject({
      message: expect.stringContaining('timed out'),
    });
    const controller = new AbortController();
    const failed = failureOf(node('setInterval(() => {}, 1000)', { signal: controller.signal }));
    controller.abort();
    expect(await failed).toMatchObject({ code: 'child-failed' });
  });
});

describe('a program with what it starts', () => {
  it.each(['fails', 'is ended by an abort', 'ends well'])(
    'leaves nothing when it %s, whatever signal is ignored there',
    async (how) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-child-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const last = { fails: 'exit 1', 'is ended by an abort': 'sleep 600', 'ends well': 'exit 0' }[how]!;
      // An ignored signal stays ignored in child processes. Its output is closed, so nobody waits for it.
      const script = `trap '' TERM; sleep 600 > /dev/null 2>&1 & echo $! > pid; trap - TERM; ${last}`;
      const controller = new AbortController();
      const done = runGroup('/bin/sh', ['-c', script], {
        cwd: folder,
        env: { PATH: '/bin:/usr/bin' },
        signal: controller.signal,
      }).then(
        () => 'ended',
        () => 'failed',
      );
      const pidOf = () => readFile(path.join(folder, 'pid'), 'utf8').catch(() => '');
      await expect.poll(pidOf, { timeout: 10_000 }).toMatch(/^\d+\n$/);
      const pid = Number(await pidOf());
      onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')));
      if (how === 'is ended by an abort') {
        controller.abort();
      }
      expect(await done).toBe(how === 'ends well' ? 'ended' : 'failed');
      const state = () =>
        runChild('ps', ['-o', 'stat=', '-p', String(pid)], { cwd: '/', env: { PATH: '/bin:/usr/bin' } }).catch(
          () => '',
        );
      // Without a parent it may wait to be reaped.
      await expect.poll(state, { timeout: 5000 }).toMatch(/^Z|^$/);
    },
  );
});

describe('a program that goes on', () => {
  it('goes on until it is killed, and says how it ended', async () => {
    const child = startChild(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      cwd: tmpdir(),
      killSignal: 'SIGQUIT',
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stderr.resume();
    child.kill('SIGKILL');
    expect(await child.ended).toContain('SIGKILL');
  });
});

describe('a program that is left behind', () => {
  it('goes on when we have ended', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-child-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'done');
    const work = `setTimeout(() => require("node:fs").writeFileSync(${JSON.stringify(file)}, "by the one left behind"), 300)`;
    const starter = `const { leaveBehind } = await import(${JSON.stringify(import.meta.resolve('./child.ts'))}); leaveBehind(process.execPath, ["-e", ${JSON.stringify(work)}], { cwd: "/" }); process.exit(0)`;
    await runChild(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', starter],
      { cwd: tmpdir() },
    );
    expect(existsSync(file)).toBe(false);
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe('by the one left behind');
  });

  it('starts only after the process that it waits for has ended', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-child-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'done');
    const writing = (what: string) =>
      `require("node:fs").appendFileSync(${JSON.stringify(file)}, ${JSON.stringify(what)})`;
    const env = { PATH: '/bin:/usr/bin' };
    const first = node(`setTimeout(() => ${writing('first ')}, 700)`, {
      onStarted: (after) => leaveBehind(process.execPath, ['-e', writing('then')], { cwd: '/', env, after }),
    });
    await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/then/);
    expect(await readFile(file, 'utf8')).toBe('first then');
    await first;
  });
});
