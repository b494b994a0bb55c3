import { PostgreSqlContainer } from '@testcontainers/postgresql';
import {
  getContainerRuntimeClient,
  type BoundPorts,
  type ContainerRuntimeClient,
  type WaitStrategy,
} from 'testcontainers';

import { RolecallError } from '../../common/errors.ts';
import { thisOwner } from '../../process/owner.ts';
import { randomPassword } from '../../common/random.ts';
import { container, defaultReadyWithinMs, imageFor, superuserOf } from './container.ts';
import {
  dockerAfterUs,
  dockerError,
  engineArtefacts,
  provideImage,
  textOrReason,
  type DockerOptions,
} from './docker.ts';
import { labelsOf, runLabel } from './labels.ts';
import { endedEarly, untilReady } from '../readiness.ts';
import { requireMajor } from '../server-major.ts';
import { sweepAbandonedContainers } from './sweep-containers.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';

/** A stock image of any version, started through the engine's own API, one container for each phase. */
export const testcontainers: Topology = {
  name: 'testcontainers',
  isolation: 'cluster-per-phase',
  start: (_phase, options) => startTestcontainer(options),
};

type Engine = ContainerRuntimeClient['container']['dockerode'];
type Container = ReturnType<Engine['getContainer']>;

/** Starts a container. Within `readyWithinMs` somebody must be able to log in. */
export async function startTestcontainer(
  given: TopologyOptions,
  readyWithinMs = defaultReadyWithinMs,
): Promise<StartedServer> {
  const { major, image: asked, env, releasers, signal } = given;
  const client = await getContainerRuntimeClient().catch((error: unknown) => {
    throw dockerError(error);
  });
  const { dockerode: engine } = client.container;
  const { host } = client.info.containerRuntime;
  requireAsked(engine, env['DOCKER_HOST']);
  const options: DockerOptions = { env: { ...env, ...addressOf(engine) }, signal };
  const image = imageFor(major, asked);
  await whereInstalled(() => sweepAbandonedContainers(options));
  // An abort ends this pull. A pull through the API would continue until it is done.
  await whereInstalled(() => provideImage(image, options));

  const labels = labelsOf(await thisOwner());
  const mine = `${runLabel}=${labels[runLabel]!}`;
  const password = randomPassword();
  // Only the command removes it synchronously. No container has this label before it is made.
  let id: string | undefined;
  await releasers.add(`the container of label=${mine}`, {
    release: async () => {
      const found = await engine.listContainers({ all: true, filters: { label: [mine] } });
      await Promise.all(found.map(({ Id }) => remove(engine.getContainer(Id))));
    },
    atExit: () => {
      if (id !== undefined) {
        dockerAfterUs(['rm', '--force', '--volumes', id], options);
      }
    },
  });
  signal.throwIfAborted();

  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const made = new LocalPostgres(image, host);
  // From here on the library waits for things that may never come, and takes no signal. An end of the container and an abort
  // overtake it.
  const overtaken = made.created.then(async (created) => {
    id = created;
    const how = await exitOf(engine.getContainer(created), either);
    signal.throwIfAborted();
    return how === undefined
      ? new Promise<never>(() => undefined)
      : Promise.reject(await endedEarly(how, () => textOrReason(logOf(engine.getContainer(created), 12))));
  });
  made
    .withUsername(container.superuser)
    .withDatabase(container.database)
    .withPassword(password)
    .withEnvironment({ POSTGRES_INITDB_ARGS: container.initdbArgs, PGDATA: container.data })
    .withTmpFs({ [container.tmpfs]: 'rw' })
    .withCommand([...container.command])
    .withLabels(labels)
    // No reaper: it is one more image to pull, and it outlives the run. The next run removes what a killed run leaves.
    .withAutoCleanup(false)
    .withWaitStrategy(
      untilLogin((running, ports) =>
        untilReady(superuserOf(host, ports.getBinding(container.port), password), {
          withinMs: readyWithinMs,
          signal: either,
          lastLines: () => textOrReason(logOf(running, 12)),
        })
          // The library stops what fails here. That does not count as the container's own end.
          .finally(() => over.abort()),
      ),
    );
  const started = await Promise.race([made.start(), overtaken])
    .catch((error: unknown) => {
      signal.throwIfAborted();
      throw dockerError(error);
    })
    .finally(() => over.abort());
  const running = engine.getContainer(started.getId());
  const superuser = superuserOf(host, started.getPort(), password);
  await requireMajor(image, superuser, given);
  return {
    superuser,
    log: () => textOrReason(logOf(running)),
    data: 'its container, in memory',
    artefacts: async () => new Map(await engineArtefacts(image, running.id, { env: options.env })),
  };
}

/** Publishes the port only on loopback if the engine is on this machine. The library itself would use every interface. */
class LocalPostgres extends PostgreSqlContainer {
  readonly #host: string;
  #onCreated: (id: string) => void = () => undefined;
  /** The container's id, once the engine has made it. */
  readonly created = new Promise<string>((resolve) => {
    this.#onCreated = resolve;
  });

  constructor(image: string, host: string) {
    super(image);
    this.#host = host;
    // Readiness is a login from here. A health check that is set here is not sent to the engine, and keeps the library from
    // setting its own.
    this.healthCheck = { test: ['CMD', 'true'] };
  }

  protected override beforeContainerCreated(): Promise<void> {
    if (['localhost', '127.0.0.1'].includes(this.#host)) {
      this.hostConfig.PortBindings = { [`${container.port}/tcp`]: [{ HostIp: '127.0.0.1', HostPort: '0' }] };
    }
    return Promise.resolve();
  }

  protected override containerCreated(id: string): Promise<void> {
    this.#onCreated(id);
    return Promise.resolve();
  }
}

/** Ready as soon as a superuser can log in from here: the same rule for every container, and an abort ends it. */
function untilLogin(waitUntilReady: (container: Container, ports: BoundPorts) => Promise<void>): WaitStrategy {
  const strategy: WaitStrategy = {
    waitUntilReady,
    withStartupTimeout: () => strategy,
    isStartupTimeoutSet: () => true,
    getStartupTimeout: () => defaultReadyWithinMs,
  };
  return strategy;
}

/** The address of the engine that the library found, for the command. */
function addressOf({ modem }: Engine): Record<string, string> {
  const { socketPath } = modem as { socketPath?: string };
  return socketPath === undefined ? {} : { DOCKER_HOST: `unix://${socketPath}` };
}

/**
 * If the requested engine does not answer, the library tries the usual sockets. That would be another engine, so it is refused.
 */
function requireAsked(engine: Engine, asked: string | undefined): void {
  const found = addressOf(engine)['DOCKER_HOST'];
  if (asked && found !== undefined && found !== asked) {
    throw new RolecallError('topology-unavailable', {
      message: `the Docker engine does not answer\nDOCKER_HOST is ${asked}, and only ${found} does`,
      next: 'Start it, or point DOCKER_HOST at one that runs.',
    });
  }
}

/** Runs work that needs docker's command, if the command is installed. The rest of this topology does without it. */
async function whereInstalled(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RolecallError) || error.code !== 'docker-missing') {
      throw error;
    }
  }
}

/** How a container ends, once it does; undefined if `signal` came first. */
async function exitOf(running: Container, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { StatusCode } = (await running.wait({ condition: 'next-exit', abortSignal: signal })) as {
      StatusCode: number;
    };
    return `exit code ${StatusCode}`;
  } catch {
    return undefined;
  }
}

/** Removes a container with its volumes. If the library is just removing it, this waits. */
async function remove(running: Container): Promise<void> {
  const refused = await running.remove({ force: true, v: true }).then(
    () => undefined,
    (error: unknown) => error as Error & { statusCode?: number },
  );
  if (refused?.statusCode === 409) {
    await running.wait({ condition: 'removed' }).catch(() => undefined);
  } else if (refused !== undefined && refused.statusCode !== 404) {
    throw refused;
  }
}

/** The log so far, stdout and stderr in the order in which they were written. */
async function logOf(running: Container, tail?: number): Promise<string> {
  const raw = await running.logs({
    stdout: true,
    stderr: true,
    follow: false,
    ...(tail === undefined ? {} : { tail }),
  });
  let text = '';
  // Each piece has a header of eight bytes: the stream, three zeros, and the length.
  for (let at = 0; at + 8 <= raw.length; at += 8 + raw.readUInt32BE(at + 4)) {
    text += raw.toString('utf8', at + 8, at + 8 + raw.readUInt32BE(at + 4));
  }
  return text;
}
