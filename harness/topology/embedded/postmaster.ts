import type { RunAs } from '../../process/child.ts';
import type { Releasers } from '../../process/releasers.ts';

/** How a server is started, and ended by `releasers`: as a child, or by pg_ctl. */
export type StartPostmaster = (options: PostmasterOptions) => Promise<Postmaster | string>;

export interface PostmasterOptions {
  /** `postgres` itself; pg_ctl lies beside it. */
  program: string;
  data: string;
  flags: readonly string[];
  runAs: RunAs | undefined;
  releasers: Releasers;
  signal: AbortSignal;
}

/** A server that takes connections. Where it ended before it did, there is its log alone. */
export interface Postmaster {
  log(): string;
}

/** Its name among what is released. */
export const postmasterName = 'the embedded server';
