import { fingerprint } from '../../catalog/fact-text.ts';
import { now, stopwatch, today } from '../../common/clock.ts';
import { sha256 } from '../../common/digest.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Migrator } from '../../migrations/migrator.ts';
import type { Mutant } from '../mutant.ts';
import { mutationReport, type MutationReport } from '../mutation-report.ts';
import { mutantsOf } from '../operators.ts';
import { only, partOf, type Shard } from '../shard.ts';
import type { MutantResult } from '../mutant-result.ts';
import type { MutationVerdict } from '../verdict.ts';
import type { ControlRun } from '../../pgtap/run-control.ts';
import type { Topology, TopologyOptions } from '../../topology/topology.ts';
import { buildPhase, type BuildOptions } from '../../pipeline/build-phase.ts';
import { judgeLive } from '../../pipeline/judge.ts';
import { observePhase } from '../../pipeline/observe-phase.ts';
import { packId, provenanceOf, type Project } from '../../pipeline/project.ts';
import { MutantHead } from './mutant-head.ts';

export interface MutationOptions extends TopologyOptions {
  project: Project;
  topology: Topology;
  migrator: Migrator;
  toolVersion: string;
  git: { commit: string | null; dirty: boolean };
  /** Heads that are worked on at once. */
  jobs: number;
  shard: Shard | null;
  only: string | null;
  /** Told of each mutant that was tried, and how many there are. */
  onMutant?(tried: MutantResult, done: number, of: number): void;
  /** Told of each step that is done. */
  onStep?(step: string, milliseconds: number): void;
}

/** Breaks head on purpose, one clause at a time, and reports who noticed. Head must be green first; else no mutant is tried. */
export async function runMutation(options: MutationOptions): Promise<MutationReport> {
  const { project, topology, shard } = options;
  const { contract } = project;
  const startedAt = now();
  const elapsed = stopwatch();
  // A cluster that is shared has room for one: what a mutant does to roles would be seen by its neighbours.
  const jobs = topology.isolation === 'cluster-per-phase' ? options.jobs : 1;
  const green = await observeGreen(options);
  const heads: MutantHead[] = [];
  let mutants: MutantResult[] = [];
  try {
    if (green.verdict.status === 'pass') {
      heads.push(await startHead(options));
      const planned = await plannedMutants(options, heads[0]!);
      const building = stopwatch();
      const further = Math.max(0, Math.min(jobs, planned.length) - 1);
      await settled(Array.from({ length: further }, async () => void heads.push(await startHead(options))));
      requireEqual(heads);
      options.onStep?.(
        `${planned.length} mutants, ${heads.length} ${heads.length === 1 ? 'head' : 'heads'} to break`,
        building(),
      );
      mutants = await tryAll(heads, planned, options);
    }
    const serverVersion = green.serverVersion;
    return mutationReport(
      contract,
      {
        run: {
          id: mutationId(options, serverVersion),
          ...provenanceOf(options),
          server_version: serverVersion,
          fingerprint: green.fingerprint,
          started_at: startedAt,
          duration_ms: elapsed(),
          jobs: Math.max(1, heads.length),
          shard,
          only: options.only,
        },
        suites: project.suites.map(({ stem }) => stem),
        green: green.verdict,
        controls: green.controls,
        mutants,
      },
      today(),
    );
  } finally {
    await Promise.allSettled(heads.map((head) => head.close()));
  }
}

interface Green {
  verdict: MutationVerdict;
  controls: ControlRun[];
  serverVersion: string;
  fingerprint: string;
}

/** The unbroken head, seen by its real logins: every suite, every probe, every control. */
async function observeGreen(options: MutationOptions): Promise<Green> {
  const { project, signal } = options;
  const elapsed = stopwatch();
  const built = await buildPhase('head', { ...(await buildOptions(options)), ...named(options, 'green') });
  const seen = await observePhase(built, {
    project,
    reporter: {},
    signal,
    statements: { pgtap: 'load', own: true, controls: true },
  });
  // A suite that does not notice its control is judged with the mutants.
  const { verdict } = judgeLive(project, { ...seen, controls: [] });
  options.onStep?.(`the unbroken head: ${verdict.status}`, elapsed());
  return { verdict, controls: seen.controls, serverVersion: seen.serverVersion, fingerprint: seen.fingerprint };
}

async function startHead(options: MutationOptions): Promise<MutantHead> {
  return MutantHead.build({ ...(await buildOptions(options)), ...named(options, 'mutants') });
}

async function buildOptions(options: MutationOptions): Promise<BuildOptions> {
  const { topology, project, migrator, signal } = options;
  return {
    server: await topology.start('head', options),
    project,
    migrator,
    reporter: {},
    signal,
    passwords: new Map(),
  };
}

/** In a shared cluster the databases need names of their own. */
function named({ topology, project }: MutationOptions, suffix: string): Pick<BuildOptions, 'database'> {
  return topology.isolation === 'shared-cluster' ? { database: `${project.contract.databases.head}_${suffix}` } : {};
}

async function plannedMutants({ project, shard, only: pattern }: MutationOptions, head: MutantHead): Promise<Mutant[]> {
  const { contract } = project;
  const all = mutantsOf({
    contract,
    facts: head.facts,
    definitions: await head.definitions(),
    major: Math.floor(head.version.number / 10_000),
  });
  const chosen = pattern === null ? all : only(all, pattern);
  return shard === null ? chosen : partOf(chosen, shard);
}

function requireEqual(heads: readonly MutantHead[]): void {
  if (new Set(heads.map(({ facts }) => fingerprint(facts))).size > 1) {
    throw new RolecallError('topology-failed', {
      message: 'heads built from the same migrations differ',
      next: 'See the build paths of `rolecall run`.',
    });
  }
}

/** Each head takes the next mutant when it is done with one. */
async function tryAll(
  heads: readonly MutantHead[],
  mutants: readonly Mutant[],
  { signal, onMutant }: MutationOptions,
): Promise<MutantResult[]> {
  const tried: MutantResult[] = [];
  const queue = mutants[Symbol.iterator]();
  let done = 0;
  let failed = false;
  await settled(
    heads.map(async (head) => {
      for (const mutant of queue) {
        signal.throwIfAborted();
        if (failed) {
          return;
        }
        const result = await head.tryMutant(mutant).catch((error: unknown) => {
          failed = true;
          throw error;
        });
        tried[mutants.indexOf(mutant)] = result;
        done += 1;
        onMutant?.(result, done, mutants.length);
      }
      await head.requireUnbroken();
    }),
  );
  return tried;
}

/** Waits for all, then rejects with the first error. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

function mutationId({ project, topology, toolVersion, only: pattern }: MutationOptions, serverVersion: string): string {
  return packId(
    {
      ...project,
      inputsSha256: pattern === null ? project.inputsSha256 : sha256(`${project.inputsSha256} ${pattern}`),
    },
    topology.name,
    serverVersion,
    toolVersion,
  );
}
