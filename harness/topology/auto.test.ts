import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { Releasers } from '../process/releasers.ts';
import { firstThatWorks } from './auto.ts';
import type { StartedServer, Topology, TopologyOptions } from './topology.ts';

const superuser = { host: 'h', port: 1, user: 'u', password: '', database: 'd' };

/** Topologies that note in `log` what is started and ended. One named `broken…` fails after it has started something. */
function situation(...names: string[]) {
  const log: string[] = [];
  const said: string[] = [];
  const releasers = new Releasers();
  const controller = new AbortController();
  const options: TopologyOptions = {
    major: 16,
    cacheDir: '',
    tempDirs: [],
    env: {},
    progress: (text) => void said.push(text),
    releasers,
    signal: controller.signal,
  };
  const topologies = names.map((name): Topology => ({
    name,
    isolation: 'cluster-per-phase',
    start: async (phase, given): Promise<StartedServer> => {
      await given.releasers.add(name, { release: () => void log.push(`${name} ended`) });
      log.push(`${name} ${phase}`);
      if (name.startsWith('broken')) {
        throw new RolecallError('topology-unavailable', { message: 'no engine' });
      }
      if (name.startsWith('faulty')) {
        throw new Error('a fault');
      }
      return { superuser, log: () => Promise.resolve('') };
    },
  }));
  return { log, said, releasers, options, topologies };
}

describe('the first topology that works', () => {
  it('is taken, with why the others were not, and is not started twice', async () => {
    const { log, said, options, topologies, releasers } = situation('broken', 'good', 'spare');
    const { topology, passedOver } = await firstThatWorks(topologies, 'baseline', options);
    expect([topology.name, passedOver, said]).toEqual([
      'good',
      [{ topology: 'broken', reason: 'no engine' }],
      ['broken is passed over: no engine\n'],
    ]);
    await topology.start('head', options);
    await topology.start('baseline', options);
    expect(log).toEqual(['broken baseline', 'broken ended', 'good baseline', 'good head']);
    await topology.start('baseline', options);
    await releasers.release();
    expect(log.slice(4)).toEqual(['good baseline', 'good ended', 'good ended', 'good ended']);
  });

  it('is refused with every reason where there is none', async () => {
    const { log, options, topologies } = situation('broken', 'broken too');
    await expect(firstThatWorks(topologies, 'head', options)).rejects.toMatchObject({
      code: 'topology-unavailable',
      message: 'no topology works here\n- broken: no engine\n- broken too: no engine',
    });
    expect(log).toEqual(['broken head', 'broken ended', 'broken too head', 'broken too ended']);
  });

  it('is not looked for behind a fault of ours', async () => {
    const { options, topologies } = situation('faulty', 'good');
    await expect(firstThatWorks(topologies, 'head', options)).rejects.toThrow('a fault');
  });
});
