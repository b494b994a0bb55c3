import type { Access } from '../catalog/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { snapshot, snapshotSettings } from '../catalog/snapshot.ts';
import { stopwatch } from '../common/clock.ts';
import { diffFacts, type FactDiff } from '../diff/diff-facts.ts';
import { connect, type Session } from '../postgres/session.ts';
import type { Attempt, CatalogAnswer } from '../probes/attempt.ts';
import { askCatalog } from '../probes/catalog-questions.ts';
import { runAttempts } from '../probes/run-attempts.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { loadPgtap } from '../suites/pgtap.ts';
import { runControl, type ControlRun } from '../suites/run-control.ts';
import { isGreenRun, type SuiteRun } from '../suites/suite-run.ts';
import { contractedAccess } from '../verdict/closed-world.ts';
import type { BuiltPhase } from './build-phase.ts';
import { closeAll, logInAll } from './logins.ts';
import type { Project } from './project.ts';
import { pgtapPath, runSuites } from './run-suites.ts';

/** Everything that was seen in one phase. */
export interface PhaseObservation {
  serverVersion: string;
  facts: Fact[];
  fingerprint: string;
  access: Access[];
  answers: CatalogAnswer[];
  attempts: Attempt[];
  suites: SuiteRun[];
  controls: ControlRun[];
  /** What observing changed: nothing, or it is a finding. */
  traces: FactDiff;
}

export interface ObserveOptions {
  project: Project;
  reporter: Reporter;
  signal: AbortSignal;
  /** Whether each suite is run against its own damage too. */
  controls: boolean;
}

/** Looks at a built phase: state, attempts, suites, and the state again. */
export async function observePhase(built: BuiltPhase, { project, reporter, signal, controls }: ObserveOptions): Promise<PhaseObservation> {
  const { contract, suites } = project;
  const { phase } = built;
  const superuser = await connect(built.superuser, { signal });
  try {
    const elapsed = stopwatch();
    const [version] = await superuser.query<{ version: string; number: number }>(
      `select pg_catalog.current_setting('server_version') as version, pg_catalog.current_setting('server_version_num')::int as number`,
    );
    const facts = await readState(superuser, version!.number);
    reporter.onStep?.(phase, `${facts.length} facts of the privilege state`, elapsed());

    const attempting = stopwatch();
    const answers = await askCatalog(superuser, contract);
    const logins = await logInAll(built, signal);
    const attempts = await runAttempts(superuser, contract, logins).finally(() => closeAll(logins));
    reporter.onStep?.(phase, `${attempts.length} attempts as a login, ${answers.length} catalog questions`, attempting());

    await loadPgtap(superuser);
    const runs = await runSuites(built, superuser, { suites, tenancy: contract.tenancy, reporter, signal });
    const controlRuns = controls ? await runControls(built, project, runs, reporter, signal) : [];
    return {
      serverVersion: version!.version,
      facts,
      fingerprint: fingerprint(facts),
      access: contractedAccess(contract, facts),
      answers,
      attempts,
      suites: runs,
      controls: controlRuns,
      traces: diffFacts(facts, await readState(superuser, version!.number)),
    };
  } finally {
    await superuser.close();
  }
}

/** The privilege state, read in one transaction that sees one moment. */
async function readState(superuser: Session, version: number): Promise<Fact[]> {
  await superuser.script(`begin isolation level repeatable read read only; ${snapshotSettings}`);
  try {
    return await snapshot((sql) => superuser.query(sql), version);
  } finally {
    await superuser.script('rollback').catch(() => undefined);
  }
}

async function runControls(built: BuiltPhase, { suites, controls }: Project, undamaged: readonly SuiteRun[], reporter: Reporter, signal: AbortSignal): Promise<ControlRun[]> {
  const elapsed = stopwatch();
  const session = await connect(built.superuser, { signal });
  try {
    await session.script(pgtapPath);
    const runs: ControlRun[] = [];
    for (const suite of suites.filter((_, index) => isGreenRun(undamaged[index]!))) {
      runs.push(await runControl(session, suite, controls.get(suite.stem)));
    }
    const noticed = runs.filter((run) => run.noticed).length;
    reporter.onStep?.(built.phase, `${noticed} of ${runs.length} green suites noticed their own damage`, elapsed());
    return runs;
  } finally {
    await session.close();
  }
}
