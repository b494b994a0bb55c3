import { leaveBehind, runChild } from '../../process/child.ts';
import { messageOf, RolecallError, type ErrorCode } from '../../common/errors.ts';

export interface DockerOptions {
  /** The environment of the command, with DOCKER_HOST and the like. */
  env: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
  /** @default 30000 */
  timeoutMs?: number;
  /** Whether a Ctrl-C in the terminal does not reach it. @default false */
  ownGroup?: boolean;
  /** Whether the result includes stderr. @default false */
  withStderr?: boolean;
  /** The text on its stdin. @default nothing */
  input?: string;
  /** Called with its process id once it runs. */
  onStarted?: (pid: number) => void;
  /** The message for a failure that is not a common one. */
  otherwise?: Told;
}

/** A failure in words, and the next step. */
interface Told {
  sentence: string;
  next: string;
}

/** How long pulling an image may take. */
const pullTimeoutMs = 600_000;

/**
 * The output of docker's command. A failure is `topology-unavailable`, `docker-missing` or `image-missing`, with its cause and
 * the next step.
 */
export async function docker(args: readonly string[], options: DockerOptions): Promise<string> {
  const { env, timeoutMs = 30_000, otherwise, ...rest } = options;
  options.signal?.throwIfAborted();
  try {
    return await runChild('docker', args, { cwd: process.cwd(), env: defined(env), timeoutMs, ...rest });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw dockerError(error, otherwise);
  }
}

/**
 * An environment in which Compose ignores the `.env` of the working directory, which it would refuse if it has another format.
 */
export function withoutEnvFile(env: DockerOptions['env']): DockerOptions['env'] {
  return { ...env, COMPOSE_DISABLE_ENV_FILE: '1' };
}

/**
 * Runs docker's command without waiting for it, when our process is about to end. The command starts after the process `after`
 * has ended.
 */
export function dockerAfterUs(args: readonly string[], { env }: Pick<DockerOptions, 'env'>, after?: number): void {
  leaveBehind('docker', args, { cwd: process.cwd(), env: defined(env), after });
}

/** Pulls an image if it is missing. An abort ends the pull. */
export async function provideImage(image: string, options: DockerOptions): Promise<void> {
  const isThere = await docker(['image', 'inspect', '--format', '{{.Id}}', image], options).then(
    () => true,
    (error: unknown) => {
      if (error instanceof RolecallError && error.code === 'image-missing') {
        return false;
      }
      throw error;
    },
  );
  if (!isThere) {
    await docker(['pull', '--quiet', image], { ...options, timeoutMs: pullTimeoutMs });
  }
}

/** Reference, id and digests of an image, and the engine, as text by file name. */
export async function engineArtefacts(
  image: string,
  container: string,
  options: DockerOptions,
): Promise<[name: string, text: string][]> {
  const format =
    'reference {{json .RepoTags}}\nid        {{.Id}}\ndigests   {{json .RepoDigests}}\nmade      {{.Created}}\nfor       {{.Os}}/{{.Architecture}}\n';
  return [
    ['docker-version.txt', await textOrReason(docker(['version'], options))],
    [
      'image.txt',
      `asked for ${image}\n${await textOrReason(imageOf(container, options).then((id) => docker(['image', 'inspect', '--format', format, id], options)))}`,
    ],
    ['ps.txt', await textOrReason(docker(['ps', '--all', '--no-trunc', '--filter', `id=${container}`], options))],
  ];
}

/** The image by its id: the tag may have moved since. */
function imageOf(container: string, options: DockerOptions): Promise<string> {
  return docker(['inspect', '--format', '{{.Image}}', container], options);
}

/** A text that ends in a newline, or the reason why it is missing. A missing text must not cost the pack. */
export function textOrReason(text: Promise<string>): Promise<string> {
  return text.then(
    (value) => `${value.trimEnd()}\n`,
    (error: unknown) => `not to be had: ${messageOf(error)}\n`,
  );
}

/** Docker's words, their meaning, and the next step. The first match counts. */
const faults: [words: RegExp, sentence: string, next: string, code?: ErrorCode][] = [
  [
    /spawn docker ENOENT|ENOENT.*\bdocker\b/,
    'docker is not installed',
    'Install Docker, or use another topology: rolecall doctor lists them.',
    'docker-missing',
  ],
  [
    /permission denied.*(docker|podman)|(docker|podman)\.sock.*permission denied|connect EACCES/i,
    'this user may not speak to the Docker engine',
    'Add the user to the group docker, or run the engine rootless.',
  ],
  [
    /cannot connect to the docker daemon|docker daemon is not running|error during connect|could not find a working container runtime|connect ECONNREFUSED|failed to connect to the docker API/i,
    'the Docker engine does not answer',
    'Start it (Docker Desktop, or: sudo systemctl start docker), or point DOCKER_HOST at one.',
  ],
  [
    /'compose' is not a docker command|unknown command: docker compose|unknown (shorthand )?flag: ('p'|'f'|--project-name|--file|--ansi)/,
    'docker has no compose plugin',
    'Install Docker Compose 2.24 or later, or use the topology testcontainers.',
  ],
  [
    /no space left on device/i,
    'the disk of the Docker engine is full',
    'Free some space: docker system df says what takes it.',
  ],
  [
    /no such image|manifest (for .* )?(is )?(unknown|not found)|pull access denied|repository does not exist|failed to resolve reference|no matching manifest|toomanyrequests|invalid reference format|Get "https?:\/\/[^"]*\/v2\//i,
    'the image is not there and could not be pulled',
    'Correct its name (--pg, --image), log in to its registry, or load it with docker load.',
    'image-missing',
  ],
];

const unknownFault: Told = {
  sentence: 'Docker could not do it',
  next: 'See what it said above; rolecall doctor tells which topologies work here.',
};

/** A failure of Docker's command or API as a RolecallError. A RolecallError stays as it is. */
export function dockerError(error: unknown, otherwise: Told = unknownFault): RolecallError {
  if (error instanceof RolecallError && error.code !== 'child-failed') {
    return error;
  }
  const words = messageOf(error);
  const [, sentence, next, code = 'topology-unavailable'] = faults.find(([pattern]) => pattern.test(words)) ?? [
    undefined,
    otherwise.sentence,
    otherwise.next,
  ];
  return new RolecallError(code, { message: `${sentence}\n${words}`, next, cause: error });
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
