import { messageOf, RolecallError } from '../common/errors.ts';
import type { PhaseName } from '../common/phase.ts';
import { Releasers } from '../process/releasers.ts';
import type { StartedServer, Topology, TopologyOptions } from './topology.ts';

/** A topology that did not work, and why. */
export interface PassedOver {
  topology: string;
  reason: string;
}

export interface Chosen {
  topology: Topology;
  passedOver: PassedOver[];
}

/**
 * Error codes that mean that a topology does not work here. Any other error is misuse or a bug, and no other topology is tried.
 */
const doesNotWork = new Set<string>([
  'topology-unavailable',
  'docker-missing',
  'image-missing',
  'topology-failed',
  'child-failed',
  'connection-failed',
]);

/**
 * The first of `candidates` that starts a server for `phase`; that server is then used for the phase. Refuses with
 * `topology-unavailable` and every reason if none does.
 */
export async function firstThatWorks(
  candidates: readonly Topology[],
  phase: PhaseName,
  options: TopologyOptions,
): Promise<Chosen> {
  const passedOver: PassedOver[] = [];
  for (const topology of candidates) {
    const releasers = new Releasers();
    // What it has started is released with the run, whether it works or not.
    await options.releasers.add(`the topology ${topology.name}`, { release: () => releasers.release() });
    try {
      const server = await topology.start(phase, { ...options, releasers });
      return { topology: startedOnce(topology, phase, server), passedOver };
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof RolecallError) || !doesNotWork.has(error.code)) {
        throw error;
      }
      await releasers.release();
      passedOver.push({ topology: topology.name, reason: messageOf(error) });
      options.progress?.(`${topology.name} is passed over: ${messageOf(error)}\n`);
    }
  }
  throw new RolecallError('topology-unavailable', {
    message: `no topology works here\n${passedOver.map(({ topology, reason }) => `- ${topology}: ${reason}`).join('\n')}`,
    next: 'rolecall doctor tells what each one needs.',
  });
}

/** The topology, with the running server as its first server for `phase`. */
function startedOnce(topology: Topology, phase: PhaseName, server: StartedServer): Topology {
  let waiting: StartedServer | undefined = server;
  return {
    name: topology.name,
    isolation: topology.isolation,
    start: (wanted, options) => {
      if (wanted !== phase || waiting === undefined) {
        return topology.start(wanted, options);
      }
      const first = waiting;
      waiting = undefined;
      return Promise.resolve(first);
    },
  };
}
