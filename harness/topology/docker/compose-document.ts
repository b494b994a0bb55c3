import path from 'node:path';

import type { ComposeConfig, ComposeMount, ComposeService } from './compose-config.ts';
import { container } from './container.ts';

/**
 * The keys of a service that say how its server runs. Any other key would reach out of the project, or conflict with a second
 * one.
 */
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

/** Variables that Rolecall sets itself, or that move the server or its clients elsewhere. */
const replaced = /^POSTGRES_(USER|PASSWORD|DB|INITDB_ARGS|INITDB_WALDIR|HOST_AUTH_METHOD)(_FILE)?$|^PG[A-Z]+$/;

/** Folders that the server or its image writes to or runs from. A throw-away server must not mount them. */
const serverFolders = ['/var/lib/postgresql', '/var/run/postgresql', '/run/postgresql', '/docker-entrypoint-initdb.d'];

/** What a document is made with. */
export interface DocumentOptions {
  /** Replaces the service's own image. */
  image?: string | undefined;
  password: string;
  labels: Readonly<Record<string, string>>;
}

/**
 * A compose file for one service of `config`: a throw-away server on a free port of this machine, with a network and volumes of
 * its own project. It can write only to files and volumes of the project.
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
        // Rolecall makes its databases itself, and none may exist before.
        environment: {
          ...Object.fromEntries(environment),
          POSTGRES_USER: container.superuser,
          POSTGRES_PASSWORD: password,
          POSTGRES_DB: container.database,
          POSTGRES_INITDB_ARGS: container.initdbArgs,
          PGDATA: container.data,
        },
        volumes,
        // In memory, in another folder than the volume that the image declares.
        tmpfs: [...(service.tmpfs ?? []), container.tmpfs],
        command: [program, ...extensionFlags(service.command ?? []), ...flags],
        ports: [`127.0.0.1::${container.port}`],
        // Readiness is a login over TCP from here. A health check every second would only cost time.
        healthcheck: { disable: true },
        labels,
      },
    },
    networks: { default: { labels } },
    ...(named.length > 0 && { volumes: Object.fromEntries(named.map((volume) => [volume, { labels }])) }),
  };
}

/** A built image does not get the project's own name: it is removed with the project. */
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

/** The mounts that are kept: folders of the machine, read-only, and volumes as the project's own. */
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
 * The flags of a server that its extensions need: the libraries that it loads, and the settings of extensions, which have a dot
 * in their names.
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
