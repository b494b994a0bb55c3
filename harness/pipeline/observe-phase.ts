import type { Access } from '../catalog/access/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { stopwatch } from '../common/clock.ts';
import { diffFacts, type FactDiff } from '../catalog/diff-facts.ts';
import type { Releasers } from '../process/releasers.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { connect, type Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Attempt, CatalogAnswer } from '../attempts/attempt.ts';
import { askCatalog } from '../proofs/truth-table/observe.ts';
import { runBypassChecks, type BypassFinding } from '../proofs/bypass/run-checks.ts';
import { tryFutureObjects } from '../proofs/future-objects/observe.ts';
import { runOnlyPaths, type OnlyPathObservation } from '../proofs/only-path/observe.ts';
import { runOracles, type Oracle } from '../proofs/oracles/observe.ts';
import { runAttempts } from '../attempts/run-attempts.ts';
import { checkTenancy } from '../attempts/tenancy-check.ts';
import type { Reporter } from '../render/reporter.ts';
import { isToolSchemaIntact } from '../pgtap/provide-pgtap.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import { contractedAccess } from '../proofs/closed-world/closed-world.ts';
import type { FutureObject } from '../proofs/future-objects/judge.ts';
import type { BuiltPhase } from './build-phase.ts';
import { factsOf, serverVersion } from './head-state.ts';
import { closeAll, logInAll } from '../attempts/logins.ts';
import { observeSuites, type SuitePermission } from '../proofs/suites/observe.ts';
import type { Project } from './project.ts';

/** Everything that was seen in one phase. */
export interface PhaseObservation {
  serverVersion: string;
  serverVersionNum: number;
  /** The role that looked. */
  connectedAs: string;
  facts: Fact[];
  fingerprint: string;
  access: Access[];
  answers: CatalogAnswer[];
  attempts: Attempt[];
  /** Tables that functions are the only way to; head only, as the oracles. */
  onlyPaths: OnlyPathObservation[];
  oracles: Oracle[];
  future: FutureObject[];
  /** Ways around the contract that the catalog shows. */
  bypass: BypassFinding[];
  suites: SuiteRun[];
  controls: ControlRun[];
  /** What observing changed: nothing, or it is a finding. */
  traces: FactDiff;
  /** Whether the tool's own schema, which the facts leave out, holds only what the tool put there. */
  toolSchemaIntact: boolean;
  /** What could not be seen or run, in words. */
  notSeen: string[];
}

export interface ObserveOptions {
  project: Project;
  reporter: Reporter;
  signal: AbortSignal;
  /** Releases what must not outlive the command even when it is interrupted. */
  releasers?: Releasers;
  /** Undefined: only catalogs are read. */
  statements: SuitePermission | undefined;
}

/** Looks at a database: its state, attempts and suites as far as statements are permitted, and its state again. */
export async function observePhase(built: BuiltPhase, options: ObserveOptions): Promise<PhaseObservation> {
  const { project, reporter, signal, statements } = options;
  const { contract } = project;
  const superuser = await connect(built.superuser, { signal });
  try {
    const elapsed = stopwatch();
    const version = await serverVersion(superuser);
    const facts = await factsOf(superuser, version.number);
    const toolSchemaIntact = await isToolSchemaIntact(superuser);
    const answers = await askCatalog(superuser, contract);
    const bypass = await runBypassChecks(superuser, contract, version.number);
    reporter.onStep?.(
      built.phase,
      `${facts.length} facts of the privilege state, ${answers.length} catalog questions`,
      elapsed(),
    );
    const run =
      statements === undefined
        ? nothingRun()
        : await runStatements(built, superuser, options, statements, version.number);
    return {
      serverVersion: version.text,
      serverVersionNum: version.number,
      connectedAs: built.superuser.user,
      facts,
      fingerprint: fingerprint(facts),
      access: contractedAccess(contract, facts),
      answers,
      bypass,
      toolSchemaIntact,
      ...run,
      traces:
        statements === undefined
          ? { added: [], removed: [] }
          : diffFacts(facts, await factsOf(superuser, version.number)),
    };
  } finally {
    await superuser.close();
  }
}

type Statements = Pick<
  PhaseObservation,
  'attempts' | 'onlyPaths' | 'oracles' | 'future' | 'suites' | 'controls' | 'notSeen'
>;

function nothingRun(...notSeen: string[]): Statements {
  return { attempts: [], onlyPaths: [], oracles: [], future: [], suites: [], controls: [], notSeen };
}

/** In a database that is not ours, what cannot be run is said; a proof that needs what is not there is not tried. */
async function runStatements(
  built: BuiltPhase,
  superuser: Session,
  options: ObserveOptions,
  permission: SuitePermission,
  version: number,
): Promise<Statements> {
  if (permission.own) {
    return runAll(built, superuser, options, permission, version);
  }
  const [role] = await superuser.query<{ super: boolean }>(
    'select rolsuper as super from pg_catalog.pg_roles where rolname = current_user',
  );
  if (role?.super !== true) {
    return nothingRun(
      `no statement was run, only catalogs were read: ${superuser.target.user} is no superuser, so nothing it runs is a positive control`,
    );
  }
  try {
    // A live system is not made to wait for us, nor we for it.
    await superuser.script(`set lock_timeout = '2s'; set statement_timeout = '60s'`);
    const faults = await checkTenancy(superuser, options.project.contract);
    if (faults.length > 0) {
      const { future, notSeen } = await tryFutureObjects(superuser, options.project.contract, version);
      return {
        ...nothingRun('attempts and suites were not run: the rows they need are not there', ...faults, ...notSeen),
        future,
      };
    }
    return await runAll(built, superuser, options, permission, version);
  } catch (error) {
    const server = serverError(error);
    if (server === undefined) {
      throw error;
    }
    return nothingRun(`attempts and suites broke off: ${server.message} (SQLSTATE ${server.sqlstate})`);
  }
}

async function runAll(
  built: BuiltPhase,
  superuser: Session,
  options: ObserveOptions,
  permission: SuitePermission,
  version: number,
): Promise<Statements> {
  const { project, reporter, signal, releasers } = options;
  const attempting = stopwatch();
  const logins = await logInAll(built, signal);
  const refused = [...logins].flatMap(([name, login]) =>
    'outcome' in login && login.sqlstate !== null ? [{ name, ...login }] : [],
  );
  // Why the server would not let it in is not known: nothing about its privileges follows.
  refused.forEach(({ name }) => logins.delete(name));
  const { attempts, onlyPaths, oracles } = await tryAll(
    superuser,
    project.contract,
    logins,
    permission.own,
    built.phase,
  ).finally(() => closeAll(logins));
  const tomorrow = await tryFutureObjects(superuser, project.contract, version);
  reporter.onStep?.(built.phase, `${attempts.length} attempts as a login`, attempting());
  // Before the contract its tables may not be there, or not be filled.
  const tenancy = built.phase === 'head' && permission.own ? await checkTenancy(superuser, project.contract) : [];
  const suites = await observeSuites(built, superuser, { project, reporter, signal, permission, releasers });
  const notLoggedIn = refused.map(
    ({ name, message, sqlstate }) => `${name} could not log in: ${message ?? ''} (SQLSTATE ${sqlstate!})`,
  );
  return {
    attempts,
    onlyPaths,
    oracles,
    future: tomorrow.future,
    ...suites,
    notSeen: [...notLoggedIn, ...tomorrow.notSeen, ...tenancy, ...suites.notSeen],
  };
}

/** Every statement that is tried as somebody. Before the contract there is no way in to be the only one. */
async function tryAll(
  superuser: Session,
  contract: ParsedContract,
  logins: Awaited<ReturnType<typeof logInAll>>,
  own: boolean,
  phase: BuiltPhase['phase'],
) {
  const attempts = await runAttempts(superuser, contract, logins, { keepSequences: !own, commitRefused: own });
  return phase === 'head'
    ? {
        attempts,
        onlyPaths: await runOnlyPaths(superuser, contract, { stranger: own }),
        oracles: await runOracles(superuser, contract, logins, { keepSequences: !own }),
      }
    : { attempts, onlyPaths: [], oracles: [] };
}
