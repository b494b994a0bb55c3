import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { thisOwner } from '../../process/owner.ts';
import { randomPassword } from '../../common/random.ts';
import { RolecallError } from '../../common/errors.ts';
import { composeText, majorOfImage, parseConfig, type ComposeConfig } from './compose-config.ts';
import { composeDocument } from './compose-document.ts';
import { databaseService } from './compose-service.ts';
import { container, defaultReadyWithinMs, imageFor, superuserOf } from './container.ts';
import {
  docker,
  dockerAfterUs,
  engineArtefacts,
  provideImage,
  textOrReason,
  withoutEnvFile,
  type DockerOptions,
} from './docker.ts';
import { labelsOf, runLabel } from './labels.ts';
import { endedEarly, untilReady } from '../readiness.ts';
import { requireMajor } from '../server-major.ts';
import { sweepAbandonedContainers } from './sweep-containers.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology.ts';

const fileName = 'docker-compose.e2e.yml';
const packaged = fileURLToPath(new URL(`../../../${fileName}`, import.meta.url));

/**
 * The database's service of a compose file, one project for each phase, each with its own port and password. The file is the one
 * that was named, otherwise docker-compose.e2e.yml in the working directory, otherwise the one in the package.
 */
export const compose: Topology = {
  name: 'compose',
  isolation: 'cluster-per-phase',
  start: (_phase, options) => startCompose(options),
};

/** Starts a project. Within `readyWithinMs` somebody must be able to log in. */
export async function startCompose(
  options: TopologyOptions,
  readyWithinMs = defaultReadyWithinMs,
): Promise<StartedServer> {
  const { releasers, signal } = options;
  const env = withoutEnvFile(options.env);
  await sweepAbandonedContainers({ env, signal });
  const { file, service, document, image, password, name } = await projectOf(options);
  if (image !== undefined) {
    await provideImage(image, { env, signal });
  }
  const source = image ?? 'the image that the compose file builds';
  const args = ['compose', '--ansi', 'never', '--project-name', name];
  // Nobody else uses an image that was built for the project.
  const down = [...args, 'down', '--volumes', '--rmi', 'local', '--remove-orphans', '--timeout', '0'];
  // Set while something is being made: before, there is nothing to remove, and afterwards nobody would remove it.
  let making: number | undefined;
  await releasers.add(`the compose project ${name}`, {
    release: async () => void (await docker(down, { env, timeoutMs: 60_000, ownGroup: true })),
    atExit: () => dockerAfterUs(down, { env }, making),
  });
  signal.throwIfAborted();
  // An abort does not end this: what the engine is just making could not be found and removed. It takes a second.
  await docker([...args, '--file', '-', 'up', '--detach'], {
    env,
    // Passed on stdin only: no file with a password is left, however the process ends.
    input: JSON.stringify(document),
    timeoutMs: image === undefined ? buildTimeoutMs : 120_000,
    ownGroup: true,
    onStarted: (pid) => (making = pid),
  });
  making = undefined;
  const id = (await docker([...args, 'ps', '--all', '--quiet', service], { env, signal })).trim();
  const log = () => docker(['logs', id], { env, withStderr: true });
  const lastLines = () => textOrReason(docker(['logs', '--tail', '12', id], { env, withStderr: true }));
  const port = await publishedPort(id, { env, signal }, lastLines);
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
    data: 'its container, in memory',
    artefacts: async () =>
      new Map([
        ['compose-config.yml', composeText(document, path.dirname(file))],
        ...(await engineArtefacts(source, id, { env })),
        ['compose-ps.txt', await textOrReason(docker([...args, 'ps', '--all', '--no-trunc'], { env }))],
      ]),
  };
}

/** How long an image that a compose file builds may take. */
const buildTimeoutMs = 600_000;

interface Project {
  /** The compose file that it comes from. */
  file: string;
  service: string;
  /** What is started: only that service. */
  document: ComposeConfig;
  /** Undefined if it is built. */
  image: string | undefined;
  name: string;
  password: string;
}

/** A project of its own for the database's service, with the image that was requested or that the file names. */
async function projectOf(options: TopologyOptions): Promise<Project> {
  const file = composeFile(options.composeFile);
  const labels = labelsOf(await thisOwner());
  const password = randomPassword();
  const { config, service } = await resolved(file, password, options);
  const document = composeDocument(config, service, { image: options.image, password, labels });
  const { image } = document.services![service]!;
  return { file, service, document, image, name: `rolecall-${labels[runLabel]!}`, password };
}

function composeFile(named: string | undefined): string {
  const file = path.resolve(named ?? fileName);
  if (existsSync(file)) {
    return file;
  }
  if (named !== undefined) {
    throw new RolecallError('bad-argument', {
      message: `there is no compose file ${named}`,
      next: 'Name a file that is there with --compose-file.',
    });
  }
  return packaged;
}

/**
 * The file as docker resolves it. If its image is a postgres of another major version than requested (or, in our own file, than
 * the contract's), the stock image of that version replaces it, provided that the file uses ROLECALL_POSTGRES_IMAGE.
 */
async function resolved(
  file: string,
  password: string,
  { major, exactMajor = false, image: asked, service: named, env, signal }: TopologyOptions,
): Promise<{ config: ComposeConfig; service: string }> {
  // A service that only a profile starts can be named too.
  const args = [
    'compose',
    '--project-name',
    'rolecall',
    '--file',
    file,
    '--profile',
    '*',
    'config',
    '--format',
    'json',
  ];
  const withImage = async (image: string | undefined) => {
    const variables = {
      // If undefined, the file's own.
      ROLECALL_POSTGRES_IMAGE: image,
      // For files that require them. They are replaced.
      ROLECALL_POSTGRES_PASSWORD: password,
      ROLECALL_POSTGRES_PORT: '0',
    };
    const config = parseConfig(await docker(args, { env: { ...env, ...variables }, signal, otherwise: unreadable }));
    return { config, service: databaseService(config, file, named) };
  };
  const first = await withImage(asked);
  const { image, build } = first.config.services![first.service]!;
  const own = image === undefined || build !== undefined ? undefined : majorOfImage(image);
  const isOurs = exactMajor || file === packaged;
  return asked === undefined && isOurs && own !== undefined && own !== major
    ? withImage(imageFor(major, asked))
    : first;
}

const unreadable = {
  sentence: 'Compose cannot read the compose file',
  next: 'Correct it, or give what it asks for: variables and files of its other services too, since it is read as a whole.',
};

/** The published port. Refuses if there is none, for example because the container has ended. */
async function publishedPort(id: string, options: DockerOptions, lastLines: () => Promise<string>): Promise<number> {
  const state = await docker(
    ['inspect', '--format', '{{.State.Status}} with exit code {{.State.ExitCode}}', id],
    options,
  );
  if (!state.startsWith('running')) {
    throw await endedEarly(state.trim(), lastLines);
  }
  const address = await docker(['port', id, `${container.port}/tcp`], options);
  return Number(/:(\d+)\s*$/.exec(address)?.[1] ?? 0);
}
