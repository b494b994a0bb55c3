import { tmpdir } from 'node:os';

import { describe, expect, it } from 'vitest';

import { runChild, startChild, type ChildOptions } from './child.ts';
import { RolecallError } from './errors.ts';

const node = (script: string, options: Partial<ChildOptions> = {}) => runChild(process.execPath, ['-e', script], { cwd: tmpdir(), ...options });
const failureOf = (work: Promise<unknown>) => work.then(() => undefined, (error: unknown) => error as RolecallError);

describe('a program that ends', () => {
  it('gives its stdout', async () => {
    expect(await node('console.log("hello"); console.error("noise")')).toBe('hello');
  });

  it('has the environment it is given and no other', async () => {
    const keys = JSON.parse(await node('console.log(JSON.stringify(Object.keys(process.env)))', { env: { ONE: '1' } })) as string[];
    expect(keys).toContain('ONE');
    expect(keys).not.toContain('PATH');
    expect(keys).not.toContain('HOME');
  });

  it('fails with its last lines, its exit code and the next step', async () => {
    const error = await failureOf(node('for (let i = 1; i <= 40; i++) console.error("line " + i); process.exit(7)', { next: 'Look.' }));
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
    expect(await failureOf(node('setInterval(() => {}, 1000)', { timeout: 100 }))).toMatchObject({ message: expect.stringContaining('timed out') });
    const controller = new AbortController();
    const failed = failureOf(node('setInterval(() => {}, 1000)', { signal: controller.signal }));
    controller.abort();
    expect(await failed).toMatchObject({ code: 'child-failed' });
  });
});

describe('a program that goes on', () => {
  it('goes on until it is killed, and says how it ended', async () => {
    const child = startChild(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], { cwd: tmpdir(), killSignal: 'SIGQUIT' });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stderr.resume();
    child.kill('SIGKILL');
    expect(await child.ended).toContain('SIGKILL');
  });
});
