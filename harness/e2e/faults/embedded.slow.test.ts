import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';

import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

import { smallProject } from '../../testing/small-project.ts';
import {
  expectNextRunPasses,
  expectTold,
  isAsleep,
  leftOnMachine,
  runs,
  serversOf,
  sleepingProject,
  start,
} from '../../testing/fault.ts';

describe('an embedded server', () => {
  it('that is killed during a run ends it with the lines of its log, and nothing is left behind', async () => {
    await using project = await sleepingProject();
    const run = start(project, ['run']);
    await isAsleep(run);
    const { postmasters, all } = await serversOf(run.pid);
    expect(postmasters).toHaveLength(3);
    postmasters.forEach((pid) => process.kill(pid, 'SIGKILL'));
    expectTold(await run.ended, /^rolecall: the server at \S+ ended the connection in the middle/m, /log/);
    // Orphans notice the death of their parent by themselves.
    await expect.poll(async () => (await Promise.all(all.map(runs))).filter(Boolean), { timeout: 10_000 }).toEqual([]);
    expect(await leftOnMachine(run.pid)).toEqual([]);
    await expectNextRunPasses();
  });

  it('that stops answering is given up in time, ended, and leaves nothing', async () => {
    await using project = await sleepingProject();
    const run = start(project, ['run'], { ROLECALL_ANSWER_TIMEOUT: '2' });
    await isAsleep(run);
    const { all } = await serversOf(run.pid);
    // A stopped process that a failing test leaves would stay for ever.
    onTestFinished(() =>
      all.filter((pid) => existsSync(`/proc/${pid}`)).forEach((pid) => process.kill(pid, 'SIGKILL')),
    );
    all.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    const from = performance.now();
    expectTold(await run.ended, /^rolecall: the server at \S+ has stopped answering: nothing came for 2 s/m, /paused/);
    expect(performance.now() - from).toBeLessThan(30_000);
    expect((await Promise.all(all.map(runs))).filter(Boolean)).toEqual([]);
    expect(await leftOnMachine(run.pid)).toEqual([]);
    await expectNextRunPasses();
  });

  it('that only takes long is waited for', async () => {
    await using project = await smallProject({
      'db/migrations/2_grants.sql': (text) => `select pg_catalog.pg_sleep(3);\n${text}`,
    });
    const { exitCode, stderr } = await start(project, ['run'], { ROLECALL_ANSWER_TIMEOUT: '0.5' }).ended;
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  });

  it('takes a port that is free, whatever is taken', async () => {
    const taken = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const listener = createServer().listen(0, '127.0.0.1');
        onTestFinished(() => void listener.close());
        await new Promise((resolve) => listener.once('listening', resolve));
        return (listener.address() as AddressInfo).port;
      }),
    );
    await using project = await smallProject();
    const run = start(project, ['up', '--format', 'json']);
    await run.said(/ready; Ctrl-C/);
    run.kill('SIGTERM');
    const { exitCode, stdout } = await run.ended;
    const { urls } = JSON.parse(stdout) as { urls: { superuser: string } };
    expect(taken).not.toContain(Number(new URL(urls.superuser).port));
    expect([exitCode, await leftOnMachine(run.pid)]).toEqual([143, []]);
  });
});

describe('an answer timeout', () => {
  it('that is not a number is refused', async () => {
    await using project = await smallProject();
    expectTold(
      await start(project, ['run'], { ROLECALL_ANSWER_TIMEOUT: 'soon' }).ended,
      /ROLECALL_ANSWER_TIMEOUT is soon/,
      /seconds/,
    );
  });
});

describe('a run', () => {
  it('that is interrupted twice ends at once, and leaves nothing', async () => {
    await using project = await sleepingProject();
    const run = start(project, ['run']);
    await isAsleep(run);
    const { all } = await serversOf(run.pid);
    // Stopped servers cannot end, so the first Ctrl-C is still at work when the second comes.
    all.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    run.kill('SIGINT');
    await run.said(/SIGINT: stopping what was started; again to stop at once/);
    const from = performance.now();
    // An earlier second signal counts as npm's echo of the first.
    await expect.poll(() => performance.now() - from, { interval: 50 }).toBeGreaterThan(550);
    run.kill('SIGINT');
    expect((await run.ended).exitCode).toBe(130);
    expect(performance.now() - from).toBeLessThan(4000);
    await expect.poll(async () => (await Promise.all(all.map(runs))).filter(Boolean), { timeout: 15_000 }).toEqual([]);
    expect(await leftOnMachine(run.pid)).toEqual([]);
    await expectNextRunPasses();
  });

  it('that is killed leaves its servers to the next one, which takes them away', async () => {
    await using project = await sleepingProject();
    const run = start(project, ['run']);
    await isAsleep(run);
    const { postmasters } = await serversOf(run.pid);
    run.kill('SIGKILL');
    await run.ended;
    expect(await leftOnMachine(run.pid)).not.toEqual([]);
    await expectNextRunPasses();
    expect(await leftOnMachine(run.pid)).toEqual([]);
    expect((await Promise.all(postmasters.map(runs))).filter(Boolean)).toEqual([]);
  });
});

describe('docker that is not installed', () => {
  it.each(['compose', 'testcontainers'])('is said by %s', async (topology) => {
    const { stdout: docker } = await execa('mktemp', ['-d']);
    onTestFinished(async () => void (await execa('rmdir', [docker])));
    await using project = await smallProject();
    // An empty PATH, and an engine that does not exist.
    const env = { PATH: docker, DOCKER_HOST: `unix://${docker}/docker.sock` };
    const run = start(project, ['run', '--topology', topology], env);
    expectTold(
      await run.ended,
      /^rolecall: (docker is not installed|the Docker engine does not answer)$/m,
      /Install Docker|Start it/,
    );
    expect(await leftOnMachine(run.pid)).toEqual([]);
  });
});
