import { sha256 } from '../common/digest.ts';
import type { PhaseName } from '../common/phase.ts';
import type { Releasers } from '../process/releasers.ts';
import type { Target } from '../postgres/target.ts';

/** A role of the contract, and whether it logs in. */
export interface ContractRole {
  name: string;
  login: boolean;
  /** Attributes that it has where the contract says them. */
  attributes?: readonly string[] | undefined;
}

/** What a topology is given: everything it starts is added to `releasers`. */
export interface TopologyOptions {
  /** PostgreSQL major version, as `16`. */
  major: number;
  /** Where initialised clusters and binaries are kept between runs. */
  cacheDir: string;
  /** Temporary folders to prefer, in order. */
  tempDirs: readonly string[];
  /** What a topology that starts other programs may pass on to them, as DOCKER_HOST. */
  env: Readonly<Record<string, string | undefined>>;
  /** Image to start instead of the topology's own, where it starts one. */
  image?: string | undefined;
  /** Compose file, for the topology `compose`. @default docker-compose.e2e.yml of the working directory, else the one of the package */
  composeFile?: string | undefined;
  /** Its service that is the database. @default found by name or image */
  service?: string | undefined;
  /** The URL of the server that exists, for the topology `url`: of a superuser, or of who has CREATEROLE and CREATEDB. */
  url?: string | undefined;
  /** Roles of the contract that are judged, and the one that migrates: where one is on a server that exists already, it is used as it is or refused. */
  roles?: readonly ContractRole[] | undefined;
  /** Further roles that the project's files make, by name: a server that exists is rid of them afterwards. */
  madeRoles?: readonly string[] | undefined;
  /** Extensions that the migrations make and nothing stands in for. */
  extensions?: readonly string[] | undefined;
  /** Whether only a superuser will do. @default false */
  needsSuperuser?: boolean | undefined;
  /** How roles log in that are on a server that exists already. */
  logins?: ReadonlyMap<string, Target> | undefined;
  /** Whether `major` was asked for: a server that exists, or comes from an image, must then be of it. */
  exactMajor?: boolean | undefined;
  /** Told, in a line, of what takes long. */
  progress?: ((text: string) => void) | undefined;
  releasers: Releasers;
  signal: AbortSignal;
}

/** A server that runs and belongs to us: throw-away databases may be made in it. */
export interface StartedServer {
  /** The way in of a superuser, or of the admin of a server that exists, to the maintenance database. */
  superuser: Target;
  /** Server log so far, secrets redacted by the caller. */
  log(): Promise<string>;
  /** Where its data are, in words. */
  data?: string;
  /** What else shows where the server came from, text by file name: goes under `topology/` of the pack, secrets redacted by the caller. */
  artefacts?(): Promise<ReadonlyMap<string, string>>;
  /** First part of the name of every database that is made there, where the contract's own may be taken. @default '' */
  databasePrefix?: string;
  /** How roles log in that were there before: their passwords are not ours to change. */
  logins?: ReadonlyMap<string, Target>;
  /** Where the server outlives the run: told of what is made in it. */
  journal?: Journal;
}

/** What a run makes in a server that outlives it, kept there: if the run is killed, the next one drops that and nothing else. */
export interface Journal {
  /** A database of this name is going to be made. */
  willMake(database: string): Promise<void>;
  /** Databases or roles have been made. */
  made(): Promise<void>;
}

/** Where Postgres comes from. One file each. */
export interface Topology {
  readonly name: string;
  /** `cluster-per-phase`: roles of one phase cannot be seen in the other. */
  readonly isolation: 'cluster-per-phase' | 'shared-cluster';
  /**
   * A running server for the phase. A shared topology is started for one phase after the other, and gives a cluster
   * without the databases and roles of its earlier start.
   */
  start(phase: PhaseName, options: TopologyOptions): Promise<StartedServer>;
}

/** The name that a database gets on the server. It cuts a longer one off, and two names may then be one. */
export function databaseNameOn({ databasePrefix = '' }: Pick<StartedServer, 'databasePrefix'>, name: string): string {
  const own = `${databasePrefix}${name}`;
  return databasePrefix === '' || Buffer.byteLength(own) <= 63 ? own : `${databasePrefix}${sha256(name).slice(0, 32)}`;
}
