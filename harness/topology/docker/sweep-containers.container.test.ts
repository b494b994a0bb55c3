import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';

import { thisOwner, type Owner } from '../../process/owner.ts';
import { describeContainers, docker, engineState, leavingNothing, topologyOptions } from '../../testing/containers.ts';
import { pinnedImage } from '../../testing/pinned-image.ts';
import { startCompose } from './compose.ts';
import { labelsOf, runLabel } from './labels.ts';
import { sweepAbandonedContainers } from './sweep-containers.ts';

const sweep = () => sweepAbandonedContainers({ env: process.env });

/** A container that was made and never started, with the labels of `owner`. It is removed after the test. */
async function made(owner: Owner, ...more: string[]): Promise<string> {
  const labels = Object.entries(labelsOf(owner)).flatMap(([name, value]) => ['--label', `${name}=${value}`]);
  const id = (await docker('create', ...labels, ...more, 'postgres:16')).trim();
  onTestFinished(async () => void (await execa('docker', ['rm', '--force', '--volumes', id], { reject: false })));
  return id;
}

/** A process that has started two servers and is killed before it can stop them. */
async function killedRun(): Promise<void> {
  const script = `
    const { startCompose } = await import('./compose.ts');
    const { startTestcontainer } = await import('./testcontainers.ts');
    const { Releasers } = await import('../../process/releasers.ts');
    const options = { major: 16, cacheDir: '/nowhere', tempDirs: [], env: process.env, releasers: new Releasers(), signal: new AbortController().signal };
    await Promise.all([startCompose(options), startTestcontainer(options)]);
    console.log('ready');
    setInterval(() => undefined, 1000);
  `;
  const child = execa(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    reject: false,
    stdin: 'ignore',
    stderr: 'inherit',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    expect(line).toBe('ready');
    child.kill('SIGKILL');
  }
  await child;
}

await describeContainers('what a killed run has left', ['postgres:16', pinnedImage], () => {
  it('is removed by the next start, and nothing else is', () =>
    leavingNothing(async () => {
      const alive = topologyOptions();
      const server = await startCompose(alive);
      await killedRun();
      // One container of each topology from the killed run, and the live one. The engine may hold others'.
      expect((await engineState()).split('\n--')[0]!.match(/^\w+ rolecall-\S+-postgres-1 /gm)).toHaveLength(2);
      const next = topologyOptions();
      await startCompose(next);
      await next.releasers.release();
      expect((await engineState()).split('\n--')[0]!.match(/^\w+ rolecall-\S+-postgres-1 /gm)).toHaveLength(1);
      expect(await server.log()).toContain('ready to accept connections');
      await alive.releasers.release();
    }));

  it('is told by the process, its beginning, the host and the boot', () =>
    leavingNothing(async () => {
      const self = await thisOwner();
      const ended = await execa(process.execPath, ['-e', 'console.log(process.pid)']);
      const gone: Owner = { ...self, pid: Number(ended.stdout) };
      const abandoned = [
        await made(gone),
        await made({ ...self, started: '1' }),
        await made({ ...self, boot: 'an-earlier-one' }),
      ];
      const kept = [await made(self), await made({ ...gone, host: 'another' })];
      const running = await made({ ...self, boot: 'of-a-machine-of-the-same-name' }, '--env', 'POSTGRES_PASSWORD=x');
      await docker('start', running);
      expect(await sweep()).toEqual(abandoned.toSorted());
      expect(await sweep()).toEqual([]);
      const there = await docker('ps', '--all', '--no-trunc', '--filter', `label=${runLabel}`, '--format', '{{.ID}}');
      expect(there.split('\n').toSorted()).toEqual([...kept, running].toSorted());
      await docker('rm', '--force', '--volumes', ...kept, running);
    }));

  it('may be a network alone', () =>
    leavingNothing(async () => {
      const labels = Object.entries(labelsOf({ ...(await thisOwner()), started: '1' })).flatMap(([name, value]) => [
        '--label',
        `${name}=${value}`,
      ]);
      await docker(
        'network',
        'create',
        ...labels,
        '--label',
        'com.docker.compose.project=rolecall-alone',
        '--label',
        'com.docker.compose.network=default',
        'rolecall-alone_default',
      );
      expect(await sweep()).toEqual(['rolecall-alone']);
    }));

  it('is left alone where somebody else made it', () =>
    leavingNothing(async () => {
      const id = (await docker('create', '--label', `${runLabel}=not-ours`, 'postgres:16')).trim();
      expect(await sweep()).toEqual([]);
      await docker('rm', '--volumes', id);
    }));
});
