import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';

import { cliArguments, repository } from '../testing/cli.ts';
import { describeContainers, engineState } from '../testing/containers.ts';
import { pinnedImage } from '../testing/pinned-image.ts';
import { testCacheDir } from '../testing/server.ts';

/** The main job in a process group of its own, as in a terminal. */
async function startedRun(topology: string, env: Record<string, string> = {}) {
  const out = await mkdtemp(path.join(tmpdir(), 'rolecall-interrupted-'));
  const child = execa(process.execPath, [...cliArguments, 'run', '--topology', topology, '--out', out], {
    cwd: repository,
    env: { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1', ...env },
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    detached: true,
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
    await rm(out, { recursive: true });
  });
  let stderr = '';
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  return {
    child,
    out,
    stderr: () => stderr,
    said: (words: string) => expect.poll(() => stderr, { timeout: 60_000, interval: 20 }).toContain(words),
    // What a terminal does on Ctrl-C: every process of the group gets it.
    interrupt: () => process.kill(-child.pid!, 'SIGINT'),
  };
}

/**
 * Ends it by a second Ctrl-C, which comes during the clean-up after the first, and late enough not to count as npm's echo of it.
 */
async function interruptTwice({
  child,
  interrupt,
  said,
  stderr,
}: Awaited<ReturnType<typeof startedRun>>): Promise<void> {
  interrupt();
  await said('again to stop at once');
  // Stopped, so that it has not cleaned up in the meantime.
  child.kill('SIGSTOP');
  await delay(520);
  interrupt();
  child.kill('SIGCONT');
  expect((await child).exitCode).toBe(130);
  expect(stderr()).toMatch(/^rolecall: stopped at once/m);
}

/**
 * A `docker` for PATH that is the real one, but whose `up` waits for `go`. It records, by project, when an up or down begins and
 * ends.
 */
async function heldDocker() {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-docker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { stdout: real } = await execa('which', ['docker']);
  const script = `#!/bin/sh
case " $* " in
  *" up "*) verb=up ;;
  *" down "*) verb=down ;;
  *) exec ${real} "$@" ;;
esac
project=\${*#*--project-name } project=\${project%% *}
echo "$verb begins" >>${folder}/$project
while [ $verb = up ] && [ ! -e ${folder}/go ]; do sleep 0.05; done
# Not to our pipes: when nobody reads them any more it would end at some point or other of its work.
${real} "$@" >${folder}/output 2>&1
code=$?
echo "$verb ended with $code" >>${folder}/$project
exit $code
`;
  await writeFile(path.join(folder, 'docker'), script, { mode: 0o755 });
  const projects = async () => (await readdir(folder)).filter((name) => name.startsWith('rolecall-'));
  return {
    env: { PATH: `${folder}:${process.env['PATH']!}` },
    go: () => writeFile(path.join(folder, 'go'), ''),
    /** What happened to each project whose start began. */
    noted: async () =>
      (await Promise.all((await projects()).map((name) => readFile(path.join(folder, name), 'utf8')))).filter((text) =>
        text.startsWith('up begins\n'),
      ),
  };
}

await describeContainers('a run in containers', ['postgres:16', pinnedImage], () => {
  it.each(['compose', 'testcontainers'])(
    'on %s that is interrupted ends with 130 and leaves nothing',
    async (topology) => {
      const before = await engineState();
      const { child, out, said, interrupt } = await startedRun(topology);
      await said(`${topology} server started`);
      interrupt();
      expect((await child).exitCode).toBe(130);
      expect(await engineState()).toBe(before);
      expect(await readdir(out, { recursive: true })).toEqual(['runs']);
    },
  );

  it.each(['compose', 'testcontainers'])(
    'on %s that is interrupted twice ends at once, and docker takes away what is left',
    async (topology) => {
      const before = await engineState();
      const run = await startedRun(topology);
      await run.said(`${topology} server started`);
      expect(await engineState()).not.toBe(before);
      await interruptTwice(run);
      await expect.poll(engineState, { timeout: 30_000, interval: 200 }).toBe(before);
    },
  );

  it('interrupted twice while compose creates a container still removes it once it exists', async () => {
    const before = await engineState();
    const { env, go, noted } = await heldDocker();
    const run = await startedRun('compose', env);
    await expect.poll(noted, { timeout: 60_000, interval: 20 }).not.toEqual([]);
    await interruptTwice(run);
    await go();
    const isOver = (text: string) => ['up ended', 'down ended'].every((end) => text.includes(end));
    await expect.poll(async () => (await noted()).every(isOver), { timeout: 60_000, interval: 100 }).toBe(true);
    expect(new Set(await noted())).toEqual(new Set(['up begins\nup ended with 0\ndown begins\ndown ended with 0\n']));
    expect(await engineState()).toBe(before);
  });
});
