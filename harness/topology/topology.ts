import type { PhaseName } from '../common/phase.ts';
import type { Releasers } from '../common/releasers.ts';
import type { Target } from '../postgres/target.ts';

/** What a topology is given: everything it starts is added to `releasers`. */
export interface TopologyOptions {
  /** PostgreSQL major version, as `16`. */
  major: number;
  /** Where initialised clusters and binaries are kept between runs. */
  cacheDir: string;
  /** Temporary folders to prefer, in order. */
  tempDirs: readonly string[];
  releasers: Releasers;
  signal: AbortSignal;
}

/** A server that runs and belongs to us: throw-away databases may be made in it. */
export interface StartedServer {
  /** A superuser's way in, to the maintenance database. */
  superuser: Target;
  /** Server log so far, secrets redacted by the caller. */
  log(): string;
}

/** Where Postgres comes from. One file each. */
export interface Topology {
  readonly name: string;
  /** `cluster-per-phase`: roles of one phase cannot be seen in the other. */
  readonly isolation: 'cluster-per-phase' | 'shared-cluster';
  /** A running server for the phase; a shared topology returns the same one for both. */
  start(phase: PhaseName, options: TopologyOptions): Promise<StartedServer>;
}
