import type { RunAs } from '../../process/child.ts';
import type { Releasers } from '../../process/releasers.ts';

/** How a server is started, and how `releasers` end it: as a child process, or by pg_ctl. */
export type StartPostmaster = (options: PostmasterOptions) => Promise<Postmaster | string>;

export interface PostmasterOptions {
  /** `postgres` itself; pg_ctl is beside it. */
  program: string;
  data: string;
  flags: readonly string[];
  runAs: RunAs | undefined;
  releasers: Releasers;
  signal: AbortSignal;
}

/** A server that accepts connections. If it ended before it did, the result is only its log. */
export interface Postmaster {
  log(): string;
}

/** Its name in the list of what is released. */
export const postmasterName = 'the embedded server';
