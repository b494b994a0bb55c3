import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';

import { cliArguments, repository } from './cli.ts';
import { describeContainers, engineState } from './containers.ts';
import { testCacheDir } from './server.ts';

/** The main job in a process group of its own, as a terminal has it, once its first server is up. */
async function startedRun(topology: string) {
  const out = await mkdtemp(path.join(tmpdir(), 'rolecall-interrupted-'));
  const child = execa(process.execPath, [...cliArguments, 'run', '--topology', topology, '--out', out], { cwd: repository, env: { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1' }, reject: false, stdin: 'ignore', stdout: 'ignore', detached: true });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await child;
    await rm(out, { recursive: true });
  });
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.includes(`${topology} server started`)) {
      break;
    }
  }
  child.stderr.resume();
  // What a terminal does with Ctrl-C: every process of the group gets it.
  return { child, out, interrupt: () => process.kill(-child.pid!, 'SIGINT') };
}

await describeContainers('a run in containers', ['postgres:16'], () => {
  it.each(['compose', 'testcontainers'])('on %s that is interrupted ends with 130 and leaves nothing', async (topology) => {
    const before = await engineState();
    const { child, out, interrupt } = await startedRun(topology);
    interrupt();
    expect((await child).exitCode).toBe(130);
    expect(await engineState()).toBe(before);
    expect(await readdir(out, { recursive: true })).toEqual(['runs']);
  });

  it.each(['compose', 'testcontainers'])('on %s that is interrupted twice ends at once, and docker takes away what is left', async (topology) => {
    const before = await engineState();
    const { child, interrupt } = await startedRun(topology);
    expect(await engineState()).not.toBe(before);
    interrupt();
    // Sooner, it would be taken for the echo that npm makes of the first.
    await delay(520);
    if (child.exitCode === null) {
      interrupt();
    }
    expect((await child).exitCode).toBe(130);
    await expect.poll(engineState, { timeout: 30_000, interval: 200 }).toBe(before);
  });
});
