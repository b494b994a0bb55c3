import type { PhaseName } from '../common/phase.ts';
import type { Releasers } from '../process/releasers.ts';
import type { Target } from '../postgres/target.ts';

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
  /** A superuser's URL of the server that exists, for the topology `url`. */
  url?: string | undefined;
  /** Whether roles that are there already may be used and changed, on a server that exists. */
  reuseRoles?: boolean | undefined;
  /** Roles that will be made: where one is there already, the topology `url` refuses. */
  roles?: readonly string[] | undefined;
  /** Whether `major` was asked for: a server that exists, or comes from an image, must then be of it. */
  exactMajor?: boolean | undefined;
  /** Told, in a line, of what takes long. */
  progress?: ((text: string) => void) | undefined;
  releasers: Releasers;
  signal: AbortSignal;
}

/** A server that runs and belongs to us: throw-away databases may be made in it. */
export interface StartedServer {
  /** A superuser's way in, to the maintenance database. */
  superuser: Target;
  /** Server log so far, secrets redacted by the caller. */
  log(): Promise<string>;
  /** Where its data are, in words. */
  data?: string;
  /** What else shows where the server came from, text by file name: goes under `topology/` of the pack, secrets redacted by the caller. */
  artefacts?(): Promise<ReadonlyMap<string, string>>;
  /** The name to make a database under, where the contract's may be taken. @default the same */
  databaseName?(name: string): string;
  /** Told of each database before it is made: on a server that exists, only those are dropped. */
  willMake?(database: string): Promise<void>;
  /** Does work that changes what databases share, as migrations do: on a server that exists, only what it changed is taken back. */
  recorded?<T>(work: () => Promise<T>): Promise<T>;
  /** Called once a database is built: refuses when that changed what was on the server before. */
  requireUntouched?(): Promise<void>;
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

/** Does work that changes what databases share, told to the server where that keeps account of it. */
export function recordedBy<T>(server: StartedServer, work: () => Promise<T>): Promise<T> {
  return server.recorded === undefined ? work() : server.recorded(work);
}
