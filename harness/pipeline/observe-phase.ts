import type { Access } from '../catalog/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { readState } from '../catalog/read-state.ts';
import { stopwatch } from '../common/clock.ts';
import { diffFacts, type FactDiff } from '../diff/diff-facts.ts';
import { connect, type Session } from '../postgres/session.ts';
import type { Attempt, CatalogAnswer } from '../probes/attempt.ts';
import { askCatalog } from '../probes/catalog-questions.ts';
import { runBypassChecks, type BypassFinding } from '../probes/bypass/run-checks.ts';
import { tryFutureObjects } from '../probes/future-objects.ts';
import { runAttempts } from '../probes/run-attempts.ts';
import { checkTenancy } from '../probes/tenancy-check.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { ControlRun } from '../suites/run-control.ts';
import type { SuiteRun } from '../suites/suite-run.ts';
import { contractedAccess } from '../verdict/closed-world.ts';
import type { FutureObject } from '../verdict/future.ts';
import type { BuiltPhase } from './build-phase.ts';
import { closeAll, logInAll } from './logins.ts';
import { observeSuites, type SuitePermission } from './observe-suites.ts';
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
  future: FutureObject[];
  /** Ways around the contract that the catalog shows. */
  bypass: BypassFinding[];
  suites: SuiteRun[];
  controls: ControlRun[];
  /** What observing changed: nothing, or it is a finding. */
  traces: FactDiff;
  /** What could not be seen or run, in words. */
  notSeen: string[];
}

export interface ObserveOptions {
  project: Project;
  reporter: Reporter;
  signal: AbortSignal;
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
    const [version] = await superuser.query<{ text: string; number: number }>(
      `select pg_catalog.current_setting('server_version') as text, pg_catalog.current_setting('server_version_num')::int as number`,
    );
    const state = () => readState((sql) => superuser.script(sql), (sql) => superuser.query(sql), version!.number);
    const facts = await state();
    const answers = await askCatalog(superuser, contract);
    const bypass = await runBypassChecks(superuser, contract, version!.number);
    reporter.onStep?.(built.phase, `${facts.length} facts of the privilege state, ${answers.length} catalog questions`, elapsed());
    const run =
      statements === undefined
        ? { attempts: [], future: [], suites: [], controls: [], notSeen: [] }
        : await runStatements(built, superuser, options, statements, version!.number);
    return {
      serverVersion: version!.text,
      serverVersionNum: version!.number,
      connectedAs: built.superuser.user,
      facts,
      fingerprint: fingerprint(facts),
      access: contractedAccess(contract, facts),
      answers,
      bypass,
      ...run,
      traces: statements === undefined ? { added: [], removed: [] } : diffFacts(facts, await state()),
    };
  } finally {
    await superuser.close();
  }
}

async function runStatements(built: BuiltPhase, superuser: Session, options: ObserveOptions, permission: SuitePermission, version: number) {
  const { project, reporter, signal } = options;
  const attempting = stopwatch();
  const logins = await logInAll(built, signal);
  const attempts = await runAttempts(superuser, project.contract, logins).finally(() => closeAll(logins));
  const tomorrow = await tryFutureObjects(superuser, project.contract, version);
  reporter.onStep?.(built.phase, `${attempts.length} attempts as a login`, attempting());
  // Before the contract its tables may not be there, or not be filled.
  const tenancy = built.phase === 'head' ? await checkTenancy(superuser, project.contract) : [];
  const suites = await observeSuites(built, superuser, { project, reporter, signal, permission });
  return { attempts, future: tomorrow.future, ...suites, notSeen: [...(await lesserRights(superuser)), ...tomorrow.notSeen, ...tenancy, ...suites.notSeen] };
}

/** A positive control is one only where nothing is kept from who runs it. */
async function lesserRights(superuser: Session): Promise<string[]> {
  const [row] = await superuser.query<{ super: boolean }>('select rolsuper as super from pg_catalog.pg_roles where rolname = current_user');
  return row?.super === true ? [] : [`${superuser.target.user} is no superuser: positive controls may fail, and rows may be hidden from them`];
}
