import { createServer, type AddressInfo } from 'node:net';

import { expect, it, onTestFinished } from 'vitest';

import { describeContainers, docker, leavingNothing } from '../../testing/containers.ts';
import { pinnedImage } from '../../testing/pinned-image.ts';
import { smallProject } from '../../testing/small-project.ts';
import {
  expectNextRunPasses,
  expectTold,
  isAsleep,
  leftOnMachine,
  sleepingProject,
  start,
} from '../../testing/fault.ts';

const topologies = ['compose', 'testcontainers'];

/** Containers of that process's run. */
async function containersOf(pid: number): Promise<string[]> {
  const lines = (
    await docker(
      'ps',
      '--all',
      '--no-trunc',
      '--filter',
      'label=org.rolecall.run',
      '--format',
      '{{.ID}} {{.Label "org.rolecall.run"}}',
    )
  ).split('\n');
  return lines.filter((line) => line.includes(` ${pid}-`)).map((line) => line.split(' ')[0]!);
}

await describeContainers('a fault of containers', ['postgres:16', pinnedImage], () => {
  it.each(topologies)('%s: an engine that does not answer is said', async (topology) => {
    await using project = await smallProject();
    const run = start(project, ['run', '--topology', topology], { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expectTold(await run.ended, /^rolecall: the Docker engine does not answer$/m, /Start it/);
    expect(await leftOnMachine(run.pid)).toEqual([]);
  });

  it.each(topologies)('%s: an image that is not there is said', (topology) =>
    leavingNothing(async () => {
      await using project = await smallProject();
      const run = start(project, ['run', '--topology', topology, '--image', 'rolecall-test:no-such-tag']);
      expectTold(await run.ended, /^rolecall: the image is not there and could not be pulled$/m, /docker load/);
    }),
  );

  it('compose: a fixed port that is taken is not asked for', () =>
    leavingNothing(async () => {
      const listener = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void listener.close());
      await new Promise((resolve) => listener.once('listening', resolve));
      const { port } = listener.address() as AddressInfo;
      await using project = await smallProject({
        'docker-compose.e2e.yml': `services: { postgres: { image: "postgres:16", ports: ["127.0.0.1:${port}:5432"] } }\n`,
      });
      expect(await start(project, ['run', '--topology', 'compose']).ended).toMatchObject({ exitCode: 0 });
    }));

  it.each(topologies)('%s: a container that is killed in the middle ends the run, which leaves nothing', (topology) =>
    leavingNothing(async () => {
      await using project = await sleepingProject();
      const run = start(project, ['run', '--topology', topology]);
      await isAsleep(run);
      const containers = await containersOf(run.pid);
      expect(containers).toHaveLength(3);
      await docker('kill', ...containers);
      expectTold(await run.ended, /^rolecall: the server at \S+ ended the connection in the middle/m, /log/);
      expect(await containersOf(run.pid)).toEqual([]);
      await expectNextRunPasses('--topology', topology);
    }),
  );

  it.each(topologies)('%s: a container that stops answering is given up in time, and taken away', (topology) =>
    leavingNothing(async () => {
      await using project = await sleepingProject();
      const run = start(project, ['run', '--topology', topology], { ROLECALL_ANSWER_TIMEOUT: '2' });
      await isAsleep(run);
      const containers = await containersOf(run.pid);
      await docker('pause', ...containers);
      const from = performance.now();
      expectTold(
        await run.ended,
        /^rolecall: the server at \S+ has stopped answering: nothing came for 2 s/m,
        /paused/,
      );
      expect(performance.now() - from).toBeLessThan(40_000);
      expect(await containersOf(run.pid)).toEqual([]);
    }),
  );

  it.each(topologies)('%s: what a killed run leaves, the next one takes away', (topology) =>
    leavingNothing(async () => {
      await using project = await sleepingProject();
      const run = start(project, ['run', '--topology', topology]);
      await isAsleep(run);
      run.kill('SIGKILL');
      await run.ended;
      expect(await containersOf(run.pid)).toHaveLength(3);
      await expectNextRunPasses('--topology', topology);
      expect(await containersOf(run.pid)).toEqual([]);
    }),
  );
});
