import { sha256 } from '../common/digest.ts';
import type { PhaseName } from '../common/phase.ts';
import type { Releasers } from '../process/releasers.ts';
import type { Target } from '../postgres/target.ts';

/** A role of the contract, and whether it logs in. */
export interface ContractRole {
  name: string;
  login: boolean;
  /** Attributes that the contract gives the role. */
  attributes?: readonly string[] | undefined;
}

/** What a topology is given. It adds everything that it starts to `releasers`. */
export interface TopologyOptions {
  /** PostgreSQL major version, for example `16`. */
  major: number;
  /** Where initialised clusters and binaries are kept between runs. */
  cacheDir: string;
  /** Temporary folders to prefer, in order. */
  tempDirs: readonly string[];
  /** The environment that a topology may pass on to the programs that it starts, for example DOCKER_HOST. */
  env: Readonly<Record<string, string | undefined>>;
  /** The image to start instead of the topology's own. */
  image?: string | undefined;
  /**
   * Compose file, for the topology `compose`. @default docker-compose.e2e.yml of the working directory, otherwise the one of the
   * package
   */
  composeFile?: string | undefined;
  /** The database's service in that file. @default found by name or image */
  service?: string | undefined;
  /** The URL of an existing server, for the topology `url`: of a superuser, or of a role with CREATEROLE and CREATEDB. */
  url?: string | undefined;
  /**
   * Roles of the contract that are judged, and the migrator. If one exists on an existing server already, it is used as it is or
   * refused.
   */
  roles?: readonly ContractRole[] | undefined;
  /** Names of further roles that the project's files make. They are dropped from an existing server afterwards. */
  madeRoles?: readonly string[] | undefined;
  /** Extensions that the migrations make and that have no stand-in. */
  extensions?: readonly string[] | undefined;
  /** Whether the admin must be a superuser. @default false */
  needsSuperuser?: boolean | undefined;
  /** How roles log in that exist on an existing server already. */
  logins?: ReadonlyMap<string, Target> | undefined;
  /** Whether `major` was requested. The version of an existing server, or of an image, must then match. */
  exactMajor?: boolean | undefined;
  /** Called with a line about each step that takes long. */
  progress?: ((text: string) => void) | undefined;
  releasers: Releasers;
  signal: AbortSignal;
}

/** A running server that belongs to us: throw-away databases may be made in it. */
export interface StartedServer {
  /** The connection of a superuser, or of the admin of an existing server, to the maintenance database. */
  superuser: Target;
  /** The server's log so far. The caller redacts secrets. */
  log(): Promise<string>;
  /** Where its data is, in words. */
  data?: string;
  /**
   * More texts that show where the server came from, by file name. They go under `topology/` of the pack; the caller redacts
   * secrets.
   */
  artefacts?(): Promise<ReadonlyMap<string, string>>;
  /** The prefix of every database that is made there, if the contract's own name may be in use. @default '' */
  databasePrefix?: string;
  /** How roles log in that existed before. Their passwords must not be changed. */
  logins?: ReadonlyMap<string, Target>;
  /** Set if the server outlives the run: told of what is made in it. */
  journal?: Journal;
}

/**
 * A record of what a run makes in a server that outlives it, kept in that server. If the run is killed, the next one drops
 * exactly that.
 */
export interface Journal {
  /** Notes that a database of this name will be made. */
  willMake(database: string): Promise<void>;
  /** Notes that databases or roles have been made. */
  made(): Promise<void>;
}

/** Where Postgres comes from. One file for each. */
export interface Topology {
  readonly name: string;
  /** `cluster-per-phase`: the roles of one phase cannot be seen in the other. */
  readonly isolation: 'cluster-per-phase' | 'shared-cluster';
  /**
   * A running server for the phase. A shared topology is started for one phase after the other. Its cluster then no longer has
   * the databases and roles of the earlier start.
   */
  start(phase: PhaseName, options: TopologyOptions): Promise<StartedServer>;
}

/** The name that a database gets on the server. The server cuts a longer name off, and two names may then be the same. */
export function databaseNameOn({ databasePrefix = '' }: Pick<StartedServer, 'databasePrefix'>, name: string): string {
  const own = `${databasePrefix}${name}`;
  return databasePrefix === '' || Buffer.byteLength(own) <= 63 ? own : `${databasePrefix}${sha256(name).slice(0, 32)}`;
}
