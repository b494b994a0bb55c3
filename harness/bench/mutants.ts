// npm run bench: what a mutant costs on our own head, compared with one green run of its suites. It prints and asserts nothing.
import { setMaxListeners } from 'node:events';

import { sqlFolder } from '../migrations/sql-folder.ts';
import { planned } from '../mutation/run/plan.ts';
import { MutantHead } from '../mutation/run/mutant-head.ts';
import { runDamaged } from '../pgtap/run-control.ts';
import { readProject, type Project } from '../pipeline/project.ts';
import { withSession } from '../postgres/session.ts';
import { Releasers } from '../process/releasers.ts';
import { pgtapSchema } from '../pgtap/pgtap.ts';
import { pgtapPath } from '../pgtap/pgtap-path.ts';
import { contractFile } from '../testing/head.ts';
import { testCacheDir, testTempDirs } from '../testing/server.ts';
import { embedded } from '../topology/embedded/embedded.ts';

/** One of this many mutants is tried, some of every operator. */
const oneOf = 8;

/**
 * Prints the time of a green run of the suites, of a mutant with one head, and mutants per second with two heads, with the
 * ratios.
 */
export async function benchMutants(): Promise<void> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const project = await readProject(contractFile);
  const releasers = new Releasers();
  const heads: MutantHead[] = [];
  try {
    for (let count = 0; count < 2; count += 1) {
      heads.push(await builtHead(project, releasers, signal));
    }
    const [head] = heads;
    const greenMs = await greenRunMs(head!, project, signal);
    line('green run of the suites, reused session', `${greenMs.toFixed(0)} ms`);
    const state = await head!.state();
    const mutants = planned(state, undefined, { shard: { index: 1, of: oneOf }, only: null });
    const one = await tryAll([head!], mutants);
    line(
      `a mutant, --jobs 1, mean of ${mutants.length}`,
      `${one.meanMs.toFixed(0)} ms`,
      `${(one.meanMs / greenMs).toFixed(2)} green runs`,
    );
    const two = await tryAll(heads, mutants);
    const all = planned(state, undefined, { shard: null, only: null }).length;
    line('mutants a second, --jobs 2', two.perSecond.toFixed(1), `all ${all} in ${(all / two.perSecond).toFixed(0)} s`);
  } finally {
    await Promise.all(heads.map((head) => head.close()));
    await releasers.release();
  }
}

async function builtHead(project: Project, releasers: Releasers, signal: AbortSignal): Promise<MutantHead> {
  const server = await embedded.start('head', {
    major: project.contract.postgres,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    env: {},
    releasers,
    signal,
  });
  const migrator = sqlFolder(project.resolve('migrations'), signal);
  return MutantHead.build({ server, project, migrator, reporter: {}, signal, passwords: new Map() });
}

/** The median of some runs. Assertions that are red because a session has held a tenant take the same time. */
function greenRunMs(head: MutantHead, { suites }: Project, signal: AbortSignal): Promise<number> {
  return withSession(head.built.superuser, { signal }, async (session) => {
    await session.script(pgtapPath(pgtapSchema));
    const times: number[] = [];
    for (let run = 0; run < 12; run += 1) {
      const begun = performance.now();
      for (const suite of suites) {
        await runDamaged(session, suite, '');
      }
      times.push(performance.now() - begun);
    }
    return times.toSorted((a, b) => a - b)[times.length >> 1]!;
  });
}

async function tryAll(heads: readonly MutantHead[], mutants: Parameters<MutantHead['tryMutant']>[0][]) {
  const begun = performance.now();
  const queue = mutants[Symbol.iterator]();
  await Promise.all(
    heads.map(async (head) => {
      for (const mutant of queue) {
        await head.tryMutant(mutant);
      }
    }),
  );
  const ms = performance.now() - begun;
  return { meanMs: ms / mutants.length, perSecond: (1000 * mutants.length) / ms };
}

function line(what: string, figure: string, note = ''): void {
  console.log(`${what.padEnd(44)} ${figure.padStart(9)}  ${note}`);
}
