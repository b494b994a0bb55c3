import { checkDatabase, type Checked } from './commands/check.ts';
import { processContext, type Context } from './commands/context.ts';
import { makeEvidence } from './commands/run.ts';
import type { Evidence } from './pack/evidence.ts';
import { Releasers } from './process/releasers.ts';
import type { TopologyName } from './topology/registry.ts';

export { RolecallError } from './common/errors.ts';
export { readEvidence as readPack } from './pack/read-pack.ts';
export type { Attempt, CatalogAnswer, Probe } from './attempts/attempt.ts';
export type { Finding } from './findings/finding.ts';
export type { Unproven } from './findings/unproven.ts';
export type { Verdict } from './findings/verdict.ts';
export type { Evidence, FailClosedCell, PhaseEvidence, RunFacts, TruthRow } from './pack/evidence.ts';

/** What `run` and `check` take alike. */
export interface Surroundings {
  /** @default db/contract.yaml */
  contract?: string;
  /** Stops it; everything that was started is stopped as well. */
  signal?: AbortSignal;
  /** Told of each step, in words. @default nobody is told */
  onProgress?: (text: string) => void;
}

export interface RunOptions extends Surroundings {
  /** Where Postgres comes from. @default embedded */
  topology?: TopologyName | 'auto';
  /** Major version of PostgreSQL. @default the contract’s */
  pg?: number;
  /** Folder of the packs and the index. @default reports */
  out?: string;
  /** For the topology url: the URL of a superuser. */
  url?: string;
}

export interface CheckOptions extends Surroundings {
  /** URL of a superuser; with another role catalogs are read, and no statement is run. */
  url: string;
  /** URLs of login identities, by name. @default what the variables say that the contract names */
  logins?: Readonly<Record<string, string>>;
  /** Loads pgTAP for the suites where the database has none, and removes it afterwards. */
  allowPgtap?: boolean;
  /** Runs statements although a URL looks like production. */
  yesProduction?: boolean;
}

/**
 * The main job: builds baseline and head, observes both, writes the pack and the index. Gives the folder of the pack and what it
 * holds, whatever the verdict. Throws a RolecallError where nothing was judged.
 */
export function run(options: RunOptions = {}): Promise<{ pack: string; evidence: Evidence }> {
  const { contract = usualContract, topology = 'embedded', pg, out = 'reports', url, onProgress } = options;
  return within(options, (context) =>
    makeEvidence(
      {
        contract,
        topology,
        out,
        login: [],
        reporter: onProgress === undefined ? [] : ['console'],
        format: 'json',
        ...(pg === undefined ? {} : { pg }),
        ...(url === undefined ? {} : { url }),
      },
      context,
    ),
  );
}

/** Judges a live database against the contract; what it runs, it rolls back. Throws a RolecallError where nothing was judged. */
export function check(options: CheckOptions): Promise<Checked> {
  const { contract = usualContract, url, logins = {}, allowPgtap, yesProduction } = options;
  const login = Object.entries(logins).map(([identity, target]) => `${identity}=${target}`);
  return within(options, (context) =>
    checkDatabase(
      {
        contract,
        url,
        login,
        format: 'json',
        ...(allowPgtap === true ? { allowPgtap } : {}),
        ...(yesProduction === true ? { yesProduction } : {}),
      },
      context,
    ),
  );
}

const usualContract = 'db/contract.yaml';

/** Does work, and releases what it started. */
async function within<T>({ signal, onProgress }: Surroundings, work: (context: Context) => Promise<T>): Promise<T> {
  const releasers = new Releasers();
  const context: Context = {
    ...processContext(releasers, signal ?? new AbortController().signal),
    stdout: () => undefined,
    stderr: onProgress ?? (() => undefined),
  };
  try {
    return await work(context);
  } finally {
    await releasers.release();
  }
}
