import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { thisOwner } from '../../process/owner.ts';
import { randomPassword } from '../../common/random.ts';
import { RolecallError } from '../../common/errors.ts';
import { composeText, imageOfService, majorOfImage, service } from './compose-config.ts';
import { container, defaultReadyWithinMs, imageFor, superuserOf } from './container.ts';
import { docker, dockerAfterUs, engineArtefacts, provideImage, textOrReason, type DockerOptions } from './docker.ts';
import { labelsOf, runLabel } from './labels.ts';
import { endedEarly, untilReady } from '../readiness.ts';
import { requireMajor } from '../server-major.ts';
import { sweepAbandonedContainers } from './sweep-containers.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';

const fileName = 'docker-compose.e2e.yml';
const packaged = fileURLToPath(new URL(`../../../${fileName}`, import.meta.url));
const override = fileURLToPath(new URL('compose-override.yml', import.meta.url));

/**
 * The service `postgres` of docker-compose.e2e.yml, one project per phase, each with a port and a password of its own. The
 * file is the one in the working directory, else the one that comes with the package.
 */
export const compose: Topology = {
  name: 'compose',
  isolation: 'cluster-per-phase',
  start: (_phase, options) => startCompose(options),
};

/** Starts a project; `readyWithinMs` is how long its server has until somebody can log in. */
export async function startCompose(
  options: TopologyOptions,
  readyWithinMs = defaultReadyWithinMs,
): Promise<StartedServer> {
  const { releasers, signal, env } = options;
  await sweepAbandonedContainers({ env, signal });
  const { project, config, image } = await resolvedProject(options);
  const { name, password, call } = project;
  if (image !== undefined) {
    await provideImage(image, { env, signal });
  }
  const source = image ?? 'the image that the compose file builds';
  const down = ['compose', '--project-name', name, 'down', '--volumes', '--remove-orphans', '--timeout', '0'];
  // Before what is being made has been, there would be nothing to take away, and afterwards nobody to do it.
  let making: number | undefined;
  await releasers.add(`the compose project ${name}`, {
    release: async () => void (await docker(down, { env, timeoutMs: 60_000, ownGroup: true })),
    atExit: () => dockerAfterUs(down, { env }, making),
  });
  signal.throwIfAborted();
  // Not ended by an abort: what the engine is just making could not be found and removed then. It takes a second.
  await docker([...project.args, 'up', '--detach', '--no-deps', service], {
    ...call,
    timeoutMs: 120_000,
    ownGroup: true,
    onStarted: (pid) => (making = pid),
  });
  making = undefined;
  const id = (await docker([...project.args, 'ps', '--all', '--quiet', service], { ...call, signal })).trim();
  const log = () => docker(['logs', id], { env, withStderr: true });
  const lastLines = () => textOrReason(docker(['logs', '--tail', '12', id], { env, withStderr: true }));
  const port = await publishedPort(project, id, { env, signal }, lastLines);
  const superuser = superuserOf('127.0.0.1', port, password);
  await untilReady(superuser, {
    withinMs: readyWithinMs,
    signal,
    lastLines,
    ended: async (over) =>
      `exit code ${await docker(['wait', id], { env, signal: over, timeoutMs: readyWithinMs + 1000 })}`,
  });
  await requireMajor(source, superuser, options);

  return {
    superuser,
    log: () => textOrReason(log()),
    data: 'its container, in memory unless the compose file says otherwise',
    artefacts: async () =>
      new Map([
        ['compose-config.yml', composeText(config, path.dirname(project.file))],
        ...(await engineArtefacts(source, id, { env })),
        ['compose-ps.txt', await textOrReason(docker([...project.args, 'ps', '--all', '--no-trunc'], call))],
      ]),
  };
}

interface Project {
  name: string;
  file: string;
  password: string;
  /** Arguments that every command on it begins with. */
  args: string[];
  call: DockerOptions;
}

/**
 * The project as docker resolves it: with the image that was asked for, else the one of the file. Where that is a postgres
 * of another major version than the one that was asked for, or than the contract's in our own file, with the stock image of that.
 */
async function resolvedProject(
  options: TopologyOptions,
): Promise<{ project: Project; config: string; image: string | undefined }> {
  const { major, exactMajor = false, signal, image: asked } = options;
  const resolved = async (project: Project) => {
    const config = await docker([...project.args, 'config', '--format', 'json'], { ...project.call, signal });
    return { project, config, image: imageOfService(config, project.file) };
  };
  const first = await resolved(await projectOf(options));
  const own = first.image === undefined ? undefined : majorOfImage(first.image);
  const isOurs = exactMajor || first.project.file === packaged;
  return asked === undefined && isOurs && own !== undefined && own !== major
    ? resolved(await projectOf({ ...options, image: imageFor(major, asked) }))
    : first;
}

async function projectOf({ env, image }: TopologyOptions): Promise<Project> {
  const own = path.resolve(fileName);
  const file = existsSync(own) ? own : packaged;
  const labels = labelsOf(await thisOwner());
  const password = randomPassword();
  const variables = {
    // Undefined, it is the file's own.
    ROLECALL_POSTGRES_IMAGE: image,
    ROLECALL_POSTGRES_PASSWORD: password,
    // A free one: several servers run at a time.
    ROLECALL_POSTGRES_PORT: '0',
    ROLECALL_INITDB_ARGS: container.initdbArgs,
    ROLECALL_PGDATA: container.data,
    ROLECALL_TMPFS: container.tmpfs,
    ROLECALL_SERVER_COMMAND: container.command.join(' '),
    ...Object.fromEntries(
      Object.entries(labels).map(([label, value]) => [
        `ROLECALL_${label.slice('org.rolecall.'.length).toUpperCase()}`,
        value,
      ]),
    ),
  };
  const name = `rolecall-${labels[runLabel]!}`;
  return {
    name,
    file,
    password,
    args: ['compose', '--ansi', 'never', '--project-name', name, '--file', file, '--file', override],
    call: { env: { ...env, ...variables } },
  };
}

/** The port on this side; refuses when there is none, as on a container that has ended. */
async function publishedPort(
  { args, call, file }: Project,
  id: string,
  options: DockerOptions,
  lastLines: () => Promise<string>,
): Promise<number> {
  const state = await docker(
    ['inspect', '--format', '{{.State.Status}} with exit code {{.State.ExitCode}}', id],
    options,
  );
  if (!state.startsWith('running')) {
    throw await endedEarly(state.trim(), lastLines);
  }
  const address = await docker([...args, 'port', service, String(container.port)], { ...call, signal: options.signal });
  const port = Number(/:(\d+)\s*$/.exec(address)?.[1] ?? 0);
  if (port === 0) {
    throw new RolecallError('topology-unavailable', {
      message: `the service ${service} of ${file} publishes no port ${container.port}`,
      next: 'Publish it as "127.0.0.1:${ROLECALL_POSTGRES_PORT:-15432}:5432".',
    });
  }
  return port;
}
