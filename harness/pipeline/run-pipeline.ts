import type { Fact } from '../catalog/fact.ts';
import { now, stopwatch } from '../common/clock.ts';
import { sha256 } from '../common/digest.ts';
import type { PhaseName } from '../common/phase.ts';
import type { Releasers } from '../common/releasers.ts';
import type { Migrator } from '../migrations/migrator.ts';
import type { Evidence, PhaseEvidence } from '../pack/evidence.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { StartedServer, Topology, TopologyOptions } from '../topology/topology.ts';
import { roleRows } from '../verdict/roles.ts';
import { builtAgain, comparePaths, upgradeAndBack, withRolesThere, type Walked } from './build-paths.ts';
import { buildPhase, type BuildOptions } from './build-phase.ts';
import { judge } from './judge.ts';
import { observePhase, type PhaseObservation } from './observe-phase.ts';
import type { Project } from './project.ts';

export interface PipelineOptions {
  project: Project;
  topology: Topology;
  migrator: Migrator;
  reporter: Reporter;
  major: number;
  cacheDir: string;
  tempDirs: readonly string[];
  toolVersion: string;
  git: { commit: string | null; dirty: boolean };
  releasers: Releasers;
  signal: AbortSignal;
}

/** Everything a pack is written from. */
export interface PipelineResult {
  evidence: Evidence;
  facts: Record<PhaseName, Fact[]>;
  /** Server log by phase, passwords redacted. */
  logs: Record<PhaseName, string>;
}

/** The main job: both phases built and observed, compared and judged. What it starts is added to `releasers`. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineResult> {
  const { project, topology, reporter, toolVersion, git } = options;
  const { contract } = project;
  const startedAt = now();
  const elapsed = stopwatch();
  reporter.onRunStart?.({ title: contract.title, baseline: contract.revisions.baseline, head: contract.revisions.head, topology: topology.name });

  const passwords = new Map<string, string>();
  const phase = (name: PhaseName) => runPhase(name, options, passwords);
  // Roles are cluster-wide: in a shared cluster baseline must be seen before head brings its own, and nothing is built from nothing twice.
  const [baseline, head, again] =
    topology.isolation === 'cluster-per-phase'
      ? await allOrFirstError([phase('baseline'), phase('head'), buildAgain(options)])
      : ([await phase('baseline'), await phase('head'), []] as const);
  const observed = { baseline: baseline.observation, head: head.observation };
  const paths = comparePaths([...again, ...baseline.walked, ...head.walked], observed);
  const judgement = judge(project, observed, paths);
  const evidence: Evidence = {
    schema_version: 1,
    run: {
      id: packId(project, topology.name, head.observation.serverVersion, toolVersion),
      tool_version: toolVersion,
      contract: contract.name,
      contract_file: project.file,
      title: contract.title,
      contract_sha256: sha256(project.contractText),
      inputs_sha256: project.inputsSha256,
      git_commit: git.commit,
      git_dirty: git.dirty,
      topology: topology.name,
      isolation: topology.isolation,
      server_version: head.observation.serverVersion,
      started_at: startedAt,
      duration_ms: elapsed(),
    },
    phases: { baseline: phaseEvidence(project, 'baseline', baseline.observation), head: phaseEvidence(project, 'head', head.observation) },
    ...judgement,
  };
  const redact = (text: string) => [...passwords.values()].reduce((redacted, password) => redacted.replaceAll(password, '***'), text);
  return {
    evidence,
    facts: { baseline: observed.baseline.facts, head: observed.head.facts },
    logs: { baseline: redact(baseline.server.log()), head: redact(head.server.log()) },
  };
}

async function runPhase(
  name: PhaseName,
  options: PipelineOptions,
  passwords: Map<string, string>,
): Promise<{ observation: PhaseObservation; server: StartedServer; walked: Walked[] }> {
  const { project, topology, migrator, reporter, signal } = options;
  const elapsed = stopwatch();
  const topologyOptions: TopologyOptions = options;
  const server = await topology.start(name, topologyOptions);
  reporter.onStep?.(name, `${topology.name} server started`, elapsed());
  const build: BuildOptions = { server, project, migrator, reporter, signal, passwords };
  const built = await buildPhase(name, build);
  const observation = await observePhase(built, { project, reporter, signal, statements: { pgtap: 'load', own: true, controls: name === 'head' } });
  const mayGoBack = topology.isolation === 'cluster-per-phase';
  const walking = stopwatch();
  const walked = name === 'baseline' ? await upgradeAndBack(built, build, mayGoBack) : [await withRolesThere(build)];
  reporter.onStep?.(name, `other ways to the same state: ${walked.map(({ path }) => path).join(', ')}`, walking());
  return { observation, server, walked };
}

async function buildAgain(options: PipelineOptions): Promise<Walked[]> {
  const server = await options.topology.start('head', options);
  return [await builtAgain({ ...options, server, passwords: new Map() })];
}

/** Waits for all, so that nothing goes on behind the back of the first error. */
async function allOrFirstError<A, B, C>(work: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  const settled = await Promise.allSettled(work);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
  return Promise.all(work);
}

function phaseEvidence({ contract }: Project, name: PhaseName, seen: PhaseObservation): PhaseEvidence {
  return {
    revision: contract.revisions[name],
    database: contract.databases[name],
    fingerprint: seen.fingerprint,
    suites: seen.suites,
    probes: [...seen.answers, ...seen.attempts],
    roles: roleRows(contract, seen.facts),
  };
}

/** Made of what goes in and nothing else: the same inputs on the same server have the same pack. */
function packId({ contract, inputsSha256 }: Project, topology: string, serverVersion: string, toolVersion: string): string {
  const [server] = serverVersion.split(' ');
  const digest = sha256([inputsSha256, topology, server, toolVersion].join('\n')).slice(0, 12);
  return `${contract.name}-${topology}-pg${Number.parseInt(serverVersion, 10)}-${digest}`;
}
