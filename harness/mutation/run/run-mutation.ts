import { fingerprint } from '../../catalog/fact-text.ts';
import { now, stopwatch, today } from '../../common/clock.ts';
import { sha256 } from '../../common/digest.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Mutant } from '../mutant.ts';
import { mutationReport, type MutationReport } from '../mutation-report.ts';
import type { KilledBy, MutantResult } from '../mutant-result.ts';
import type { MutationVerdict } from '../verdict.ts';
import type { ControlRun } from '../../pgtap/run-control.ts';
import { buildPhase } from '../../pipeline/build-phase.ts';
import { judgeLive } from '../../pipeline/judge.ts';
import { observePhase } from '../../pipeline/observe-phase.ts';
import { packId, provenanceOf } from '../../pipeline/project.ts';
import { baselineFacts, buildOptions, named, planned, type PlanOptions } from './plan.ts';
import { MutantHead } from './mutant-head.ts';
import { witnessed } from './witnesses.ts';

export interface MutationOptions extends PlanOptions {
  toolVersion: string;
  git: { commit: string | null; dirty: boolean; repository?: string };
  /** How many heads are used at once. */
  jobs: number;
  /** Called after each mutant, with the number tried and the total. */
  onMutant?(tried: MutantResult, done: number, of: number): void;
  /** Called after each step. */
  onStep?(step: string, milliseconds: number): void;
}

/**
 * Damages head on purpose, one mutant at a time, and reports what noticed. Head must be green first; otherwise no mutant is
 * tried.
 */
export async function runMutation(options: MutationOptions): Promise<MutationReport> {
  const { project, topology, shard } = options;
  const { contract } = project;
  const startedAt = now();
  const elapsed = stopwatch();
  // A shared cluster has room for one head: its neighbours would see what a mutant does to roles.
  const jobs = topology.isolation === 'cluster-per-phase' ? options.jobs : 1;
  // Roles are cluster-wide. In a shared cluster baseline must be observed before head creates its own.
  const baseline = await baselineFacts(options);
  const green = await observeGreen(options);
  const heads: MutantHead[] = [];
  let mutants: MutantResult[] = [];
  try {
    if (green.verdict.status === 'pass') {
      heads.push(await startHead(options, green));
      const chosen = planned(await heads[0]!.state(), baseline, options);
      const building = stopwatch();
      const further = Math.max(0, Math.min(jobs, chosen.length) - 1);
      await settled(Array.from({ length: further }, async () => void heads.push(await startHead(options, green))));
      requireEqual(heads);
      options.onStep?.(
        `${chosen.length} mutants, ${heads.length} ${heads.length === 1 ? 'head' : 'heads'} to break`,
        building(),
      );
      mutants = await tryAll(heads, chosen, options);
    }
    const serverVersion = green.serverVersion;
    return mutationReport(
      contract,
      {
        run: {
          id: mutationId(options, serverVersion, green.fingerprint),
          ...provenanceOf(options),
          server_version: serverVersion,
          fingerprint: green.fingerprint,
          started_at: startedAt,
          duration_ms: elapsed(),
          jobs: Math.max(1, heads.length),
          shard,
          only: options.only,
          changed: options.changed,
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
  /** What head shows that the contract accepts. Otherwise a head that passes shows nothing. */
  accepted: KilledBy;
}

/** The undamaged head, observed by its real logins: every suite, every attempt, every control. */
async function observeGreen(options: MutationOptions): Promise<Green> {
  const { project, signal } = options;
  const elapsed = stopwatch();
  const built = await buildPhase('head', { ...(await buildOptions('head', options)), ...named(options, 'green') });
  const seen = await observePhase(built, {
    project,
    reporter: {},
    signal,
    statements: { pgtap: 'load', own: true, controls: true },
  });
  // A suite that does not notice its control is judged with the mutants.
  const { suites } = seen.seen;
  const undamaged = { ...seen, seen: { ...seen.seen, suites: { ...suites, controls: [] } } };
  const { status, exit_code, reasons } = judgeLive(project, undamaged, { today: today() }).verdict;
  options.onStep?.(`the unbroken head: ${status}`, elapsed());
  return {
    verdict: { status, exit_code, reasons },
    controls: suites.controls,
    serverVersion: seen.serverVersion,
    fingerprint: seen.fingerprint,
    accepted: witnessed(project.contract, seen.seen, today()),
  };
}

async function startHead(options: MutationOptions, { accepted }: Green): Promise<MutantHead> {
  return MutantHead.build({ ...(await buildOptions('head', options)), ...named(options, 'mutants') }, accepted);
}

function requireEqual(heads: readonly MutantHead[]): void {
  if (new Set(heads.map(({ facts }) => fingerprint(facts))).size > 1) {
    throw new RolecallError('topology-failed', {
      message: 'heads built from the same migrations differ',
      next: 'See the build paths of `rolecall run`.',
    });
  }
}

/** Each head takes the next mutant when it has finished one. */
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

function mutationId(options: MutationOptions, serverVersion: string, fingerprintOfHead: string): string {
  const { project, topology, toolVersion } = options;
  const chosen = [...(options.only === null ? [] : [options.only]), ...(options.changed ? ['--changed'] : [])];
  return packId(
    {
      ...project,
      inputsSha256: chosen.length === 0 ? project.inputsSha256 : sha256([project.inputsSha256, ...chosen].join(' ')),
    },
    topology.name,
    serverVersion,
    toolVersion,
    [fingerprintOfHead],
  );
}
