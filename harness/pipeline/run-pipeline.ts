import { setMaxListeners } from 'node:events';

import type { Fact } from '../catalog/fact.ts';
import { now, stopwatch, today } from '../common/clock.ts';
import type { PhaseName } from '../common/phase.ts';
import type { ProofLevel } from '../common/proof-level.ts';
import { hiding, withoutPasswordsIn } from '../common/redaction.ts';
import type { Migrator } from '../migrations/migrator.ts';
import type { Evidence, PhaseEvidence } from '../pack/evidence.ts';
import type { Reporter } from './reporter.ts';
import type { PassedOver } from '../topology/auto.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology/topology.ts';
import { untried } from '../findings/remedy-trial.ts';
import { roleRows } from '../proofs/closed-world/roles.ts';
import { asMigrator } from './as-migrator.ts';
import { builtAgain, comparePaths, upgradeAndBack, withRolesThere, type Walked } from './build-paths.ts';
import { buildPhase, type BuildOptions } from './build-phase.ts';
import { judge } from './judge.ts';
import { observePhase, type PhaseObservation } from './observe-phase.ts';
import { tryRemedies } from './try-remedies.ts';
import type { BuiltPhase } from '../attempts/built-phase.ts';
import { packId, provenanceOf, type Project } from './project.ts';
import { accountOf, type ServerAccount } from './server-account.ts';
import { withLastWords } from './server-fault.ts';

export interface PipelineOptions extends TopologyOptions {
  project: Project;
  topology: Topology;
  /** Topologies that were tried before this one; undefined if it was named. */
  passedOver?: readonly PassedOver[] | undefined;
  migrator: Migrator;
  /** The level of proof that is needed to pass. @default the contract's, otherwise full */
  proof?: ProofLevel | undefined;
  /** Whether remedies are executed on head before they are printed: each is as much work as head itself. @default true */
  tryRemedies?: boolean;
  reporter: Reporter;
  toolVersion: string;
  git: { commit: string | null; dirty: boolean; repository?: string };
}

/** Everything that a pack is written from. */
export interface PipelineResult {
  evidence: Evidence;
  facts: Record<PhaseName, Fact[]>;
  /** What the servers said of themselves, with passwords redacted. */
  servers: Record<PhaseName, ServerAccount>;
}

/** The main job: builds, observes, compares and judges both phases. It adds what it starts to `releasers`. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { project, topology, reporter, toolVersion } = options;
  const { contract } = project;
  const startedAt = now();
  const elapsed = stopwatch();
  reporter.onRunStart?.({
    title: contract.title,
    baseline: contract.revisions.baseline,
    head: contract.revisions.head,
    topology: topology.name,
    migrations: project.reading,
  });

  const passwords = new Map<string, string>();
  // The first error ends the others, so that nobody waits for a hanging server or a long suite.
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  // One listener for each session, so many listeners are not a leak.
  setMaxListeners(0, signal);
  const all = { ...options, signal };
  const phase = (name: PhaseName) => runPhase(name, all, passwords);
  // Roles are cluster-wide. In a shared cluster baseline must be observed before head creates its own. Each server that is
  // started there replaces the one before, and head comes last because its remedies are tried in it.
  const [baseline, again, head, migrated] =
    topology.isolation === 'cluster-per-phase'
      ? await allOrFirstError([phase('baseline'), buildAgain(all), phase('head'), buildAsMigrator(all)], failed)
      : ([await phase('baseline'), await buildAgain(all), await phase('head'), undefined] as const);
  const observed = { baseline: baseline.observation, head: head.observation };
  const walked = [again.built, ...baseline.walked, again.rolesThere, ...(migrated === undefined ? [] : [migrated])];
  const paths = comparePaths(walked, observed);
  const day = today();
  const judged = judge(project, observed, paths, { today: day, demanded: options.proof });
  const trying = stopwatch();
  const { tryRemedies: isWanted = true } = options;
  const mayTry = isWanted && head.observation.proof.reached === 'full';
  const findings = mayTry
    ? await tryRemedies(head.built, judged.findings, { project, signal, today: day })
    : untried(judged.findings, isWanted ? `${head.built.superuser.user} is not a superuser` : 'this run tries none');
  if (mayTry && findings.some(({ tried, accepted }) => tried !== undefined && accepted === undefined)) {
    reporter.onStep?.('head', 'remedies tried', trying());
  }
  const evidence: Evidence = {
    schema_version: 2,
    run: {
      id: packId(project, topology.name, head.observation.serverVersion, toolVersion, [
        baseline.observation.fingerprint,
        head.observation.fingerprint,
      ]),
      ...provenanceOf(options),
      inputs: project.inputs,
      isolation: topology.isolation,
      ...(options.passedOver === undefined ? {} : { passed_over: [...options.passedOver] }),
      server_version: head.observation.serverVersion,
      started_at: startedAt,
      duration_ms: elapsed(),
    },
    phases: {
      baseline: phaseEvidence(project, 'baseline', baseline.observation, baseline.built.superuser.database),
      head: phaseEvidence(project, 'head', head.observation, head.built.superuser.database),
    },
    ...judged,
    findings,
  };
  const hide = hiding(project.secrets);
  const account = (server: StartedServer) =>
    accountOf(server, [...passwords.values(), ...project.secrets], options.signal);
  return {
    // Messages quote files, and the catalog quotes routines and options. They may contain passwords.
    evidence: withoutPasswordsIn(evidence, hide),
    facts: withoutPasswordsIn(
      { baseline: observed.baseline.seen.state.facts, head: observed.head.seen.state.facts },
      hide,
    ),
    servers: { baseline: await account(baseline.server), head: await account(head.server) },
  };
}

interface RanPhase {
  observation: PhaseObservation;
  server: StartedServer;
  built: BuiltPhase;
  walked: Walked[];
}

async function runPhase(name: PhaseName, options: PipelineOptions, passwords: Map<string, string>): Promise<RanPhase> {
  const { project, topology, migrator, reporter, signal } = options;
  const elapsed = stopwatch();
  const server = await topology.start(name, options);
  reporter.onStep?.(name, `${topology.name} server started`, elapsed());
  return withLastWords(server, signal, async () => {
    const build: BuildOptions = { server, project, migrator, reporter, signal, passwords };
    const built = await buildPhase(name, build);
    const observation = await observePhase(built, {
      project,
      reporter,
      signal,
      statements: { pgtap: 'load', own: true, controls: name === 'head' },
    });
    // A role that others use too cannot be dropped on the way down.
    const mayGoBack = (server.logins?.size ?? 0) === 0;
    const walking = stopwatch();
    const walked = name === 'baseline' ? await upgradeAndBack(built, build, mayGoBack) : [];
    if (walked.length > 0) {
      reporter.onStep?.(name, `other ways to the same state: ${walked.map(({ path }) => path).join(', ')}`, walking());
    }
    return { observation, server, built, walked };
  });
}

/** Builds head again, and then beside it, where its roles exist already, so that nobody waits for a server that is observed. */
async function buildAgain(options: PipelineOptions): Promise<{ built: Walked; rolesThere: Walked }> {
  const { topology, project, reporter } = options;
  const walking = stopwatch();
  const server = await topology.start('head', options);
  // A migrator may remember, by its name, what it did to a database that is gone.
  const named = topology.isolation === 'shared-cluster' ? { database: `${project.contract.databases.head}_anew` } : {};
  return withLastWords(server, options.signal, async () => {
    const build = { ...options, server, passwords: new Map<string, string>() };
    const built = await builtAgain({ ...build, ...named });
    const rolesThere = await withRolesThere(build);
    reporter.onStep?.('head', `other ways to the same state: ${built.path}, ${rolesThere.path}`, walking());
    return { built, rolesThere };
  });
}

/** Builds head as production's migrator, if the contract names one. A server with others' roles cannot be dressed. */
async function buildAsMigrator(options: PipelineOptions): Promise<Walked | undefined> {
  const { topology, project, reporter, signal } = options;
  const { production } = project;
  if (production === undefined) {
    return undefined;
  }
  const walking = stopwatch();
  const server = await topology.start('head', options);
  return withLastWords(server, signal, async () => {
    const build = { ...options, server, passwords: new Map<string, string>(), reporter: {} };
    const built = await asMigrator(build, production);
    reporter.onStep?.('head', `other ways to the same state: ${built.path}`, walking());
    return built;
  });
}

/** Waits for all, so that nothing continues after the first error. `failed` tells the others. */
async function allOrFirstError<A, B, C, D>(
  work: [Promise<A>, Promise<B>, Promise<C>, Promise<D>],
  failed: AbortController,
): Promise<[A, B, C, D]> {
  const settled = await Promise.allSettled(
    work.map((one: Promise<unknown>) =>
      one.catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  if (settled.some(({ status }) => status === 'rejected')) {
    throw failed.signal.reason;
  }
  return Promise.all(work);
}

/** A phase as the evidence stores it. */
export function phaseEvidence(
  { contract }: Pick<Project, 'contract'>,
  name: PhaseName,
  { fingerprint, seen }: PhaseObservation,
  database: string,
): PhaseEvidence {
  return {
    revision: contract.revisions[name],
    database,
    fingerprint,
    suites: seen.suites.suites,
    probes: [...seen.answers, ...seen.attempts],
    roles: roleRows(contract, seen.state.facts),
  };
}
