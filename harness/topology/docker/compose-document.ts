import path from 'node:path';

import type { ComposeConfig, ComposeMount, ComposeService } from './compose-config.ts';
import { container } from './container.ts';

/** What of a service says how its server runs. All else would reach out of the project, or stand in the way of a second one. */
const kept = [
  'cap_add',
  'cap_drop',
  'entrypoint',
  'group_add',
  'init',
  'platform',
  'privileged',
  'read_only',
  'runtime',
  'security_opt',
  'shm_size',
  'sysctls',
  'ulimits',
  'user',
  'userns_mode',
  'working_dir',
];

/** Variables that are ours to say, or that move the server or its clients to another place. */
const replaced = /^POSTGRES_(USER|PASSWORD|DB|INITDB_ARGS|INITDB_WALDIR|HOST_AUTH_METHOD)(_FILE)?$|^PG[A-Z]+$/;

/** Folders that the server or its image writes to or runs: what is mounted there is not for a server to be thrown away. */
const serverFolders = ['/var/lib/postgresql', '/var/run/postgresql', '/run/postgresql', '/docker-entrypoint-initdb.d'];

/** What a document is made with. */
export interface DocumentOptions {
  /** In place of the service's own. */
  image?: string | undefined;
  password: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * A compose file of one service of `config`: a server made to be thrown away, on a free port of this machine, in a network and
 * with volumes of its project alone. No file and no volume that is not the project's can be written to by it.
 */
export function composeDocument(config: ComposeConfig, name: string, options: DocumentOptions): ComposeConfig {
  const { image, password, labels } = options;
  const service = config.services?.[name] ?? {};
  const environment = Object.entries(service.environment ?? {}).filter(([variable]) => !replaced.test(variable));
  const volumes = mountsOf(service);
  const [program, ...flags] = container.command;
  const named = volumes.flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : []));
  return {
    services: {
      [name]: {
        ...Object.fromEntries(Object.entries(service).filter(([key, value]) => kept.includes(key) && value !== null)),
        ...sourceOf(service, image),
        // The tool makes its databases itself, and none may be there before.
        environment: {
          ...Object.fromEntries(environment),
          POSTGRES_USER: container.superuser,
          POSTGRES_PASSWORD: password,
          POSTGRES_DB: container.database,
          POSTGRES_INITDB_ARGS: container.initdbArgs,
          PGDATA: container.data,
        },
        volumes,
        // In memory, beside the volume that the image declares.
        tmpfs: [...(service.tmpfs ?? []), container.tmpfs],
        command: [program, ...extensionFlags(service.command ?? []), ...flags],
        ports: [`127.0.0.1::${container.port}`],
        // Readiness is a login over TCP from this side; asking every second as well would only cost.
        healthcheck: { disable: true },
        labels,
      },
    },
    networks: { default: { labels } },
    ...(named.length > 0 && { volumes: Object.fromEntries(named.map((volume) => [volume, { labels }])) }),
  };
}

/** A built image gets no name of theirs: it is removed with the project. */
function sourceOf({ image, build }: ComposeService, asked: string | undefined): ComposeService {
  if (asked !== undefined) {
    return { image: asked };
  }
  return build === undefined ? { ...(image !== undefined && { image }) } : { build: withoutTags(build) };
}

function withoutTags(build: unknown): unknown {
  return typeof build === 'object' && build !== null
    ? Object.fromEntries(Object.entries(build).filter(([key]) => key !== 'tags'))
    : build;
}

/** The mounts that stay: folders of the machine to be read only, volumes as the project's own. */
function mountsOf({ volumes = [], environment = {} }: ComposeService): ComposeMount[] {
  const own = environment['PGDATA'];
  const folders = [...serverFolders, ...(own ? [own] : [])];
  return volumes
    .filter(({ target }) => !folders.some((folder) => isWithin(target, folder)))
    .map((mount) => (mount.type === 'bind' ? { ...mount, read_only: true } : mount));
}

function isWithin(target: string, folder: string): boolean {
  return !/^\.\.(\/|$)/.test(path.posix.relative(folder, target));
}

/**
 * Of the flags of a server, those without which its extensions do not work: the libraries that it loads, and the settings of
 * extensions, which have a dot in their names.
 */
export function extensionFlags(command: readonly string[]): string[] {
  const said = command.flatMap((word, index) => {
    if (word === '-c') {
      return [command[index + 1] ?? ''];
    }
    return /^-c./s.test(word) ? [word.slice(2)] : /^--./s.test(word) ? [word.slice(2)] : [];
  });
  return said
    .filter((text) => /^((shared|session|local)[_-]preload[_-]libraries|[\w-]+\.[\w.-]+)=/.test(text))
    .flatMap((text) => ['-c', text]);
}
