// npm run bench: mutants per second on our own head, and how that grows with --jobs. Prints, asserts nothing.
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';

import { Releasers } from '../process/releasers.ts';
import { sqlFolder } from '../migrations/sql-folder.ts';
import { runMutation } from '../mutation/run/run-mutation.ts';
import { readProject } from '../pipeline/project.ts';
import { contractFile } from '../testing/head.ts';
import { testCacheDir, testTempDirs } from '../testing/server.ts';
import { embedded } from '../topology/embedded/embedded.ts';

/** Prints how long every n-th mutant takes with one head at work, then with two, up to twice the cores. */
export async function benchMutants(): Promise<void> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const project = await readProject(contractFile);
  for (let jobs = 1; jobs <= availableParallelism() * 2; jobs *= 2) {
    const releasers = new Releasers();
    try {
      let first = 0;
      let last = 0;
      const migrator = await sqlFolder(project.resolve('migrations'), signal);
      const report = await runMutation({
        ...{
          project,
          topology: embedded,
          migrator,
          toolVersion: 'bench',
          git: { commit: null, dirty: false },
          jobs,
          shard: { index: 1, of: 12 },
          only: null,
          changed: false,
        },
        ...{
          major: project.contract.postgres,
          cacheDir: testCacheDir,
          tempDirs: testTempDirs,
          env: {},
          releasers,
          signal,
        },
        onStep: () => {
          first = performance.now();
        },
        onMutant: () => {
          last = performance.now();
        },
      });
      const seconds = (last - first) / 1000;
      console.log(
        `${String(report.mutants.length).padStart(4)} mutants, --jobs ${jobs}`.padEnd(44),
        `${(report.mutants.length / seconds).toFixed(1).padStart(6)} a second  ${seconds.toFixed(1)} s, all in ${(report.run.duration_ms / 1000).toFixed(1)} s`,
      );
    } finally {
      await releasers.release();
    }
  }
}
