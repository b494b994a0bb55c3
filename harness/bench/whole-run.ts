// npm run bench: the main job on the worked example, compared with a tuned shell script that does a part of it. It prints and
// asserts nothing.
import { existsSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { pgtapSource } from '../pgtap/pgtap.ts';
import { runChild, type ChildOptions, type RunAs } from '../process/child.ts';
import { readProject } from '../pipeline/project.ts';
import { repository } from '../testing/cli.ts';
import { contractFile } from '../testing/head.ts';
import { testCacheDir, testTempDirs } from '../testing/server.ts';
import { findBinaries } from '../topology/embedded/binaries.ts';
import { serverUser } from '../topology/embedded/server-user.ts';

const rounds = 7;
const script = fileURLToPath(new URL('whole-run.sh', import.meta.url));
const programs = { psql: '/usr/lib/postgresql/15/bin/psql', prove: '/usr/bin/pg_prove' };
const compiled = path.join(repository, 'dist', 'cli.js');

interface Cost {
  seconds: number;
  cpu: number;
}

/** Prints the median time of both, run one after the other, and the ratios. */
export async function benchWholeRun(): Promise<void> {
  const missing = [...Object.values(programs), compiled].filter((file) => !existsSync(file));
  if (missing.length > 0) {
    console.log(`whole run: skipped, for ${missing.join(', ')} is missing (psql, pg_prove, npm run compile)`);
    return;
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-bench-'));
  try {
    const { env, runAs } = await scriptEnvironment(folder);
    const ours = ['node', compiled, 'run', '--out', path.join(folder, 'out')];
    const costs: Record<'script' | 'run', Cost[]> = { script: [], run: [] };
    // The first round warms the caches of both.
    for (let round = 0; round <= rounds; round++) {
      const one = {
        script: await timed(['bash', script], { cwd: folder, env, runAs }),
        run: await timed(ours, { cwd: repository, env: { ROLECALL_CACHE_DIR: testCacheDir } }),
      };
      if (round > 0) {
        costs.script.push(one.script);
        costs.run.push(one.run);
      }
    }
    const median = (what: 'script' | 'run', part: keyof Cost) =>
      costs[what].map((cost) => cost[part]).toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!;
    for (const part of ['seconds', 'cpu'] as const) {
      const [theirs, mine] = [median('script', part), median('run', part)];
      console.log(
        `whole run, ${part === 'cpu' ? 'seconds of CPU' : 'seconds'}`.padEnd(44),
        `${mine.toFixed(2)} against ${theirs.toFixed(2)} of a tuned script: ${(mine / theirs).toFixed(2)}`,
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A copy of the project and pgTAP that the server's user can read, and the paths to the rest. */
async function scriptEnvironment(folder: string): Promise<{ env: Record<string, string>; runAs: RunAs | undefined }> {
  const runAs = await serverUser();
  const { signal } = new AbortController();
  const { contract } = await readProject(contractFile);
  const { root } = await findBinaries(contract.postgres, testCacheDir, runAs !== undefined, { env: {}, signal });
  for (const part of ['db', 'pgtap']) {
    await cp(path.join(repository, part), path.join(folder, part), { recursive: true });
  }
  const tap = path.join(folder, 'pgtap.sql');
  await writeFile(tap, await pgtapSource());
  if (runAs !== undefined) {
    await chown(folder, runAs.uid, runAs.gid);
  }
  const memory = testTempDirs.find((name) => existsSync(name))!;
  const { baseline, head } = contract.revisions;
  const given = { BIN: path.join(root, 'bin'), PSQL: programs.psql, PROVE: programs.prove, TAP: tap, PROJECT: folder };
  return { runAs, env: { ...given, MEMORY: memory, BASELINE: baseline, HEAD: head } };
}

/** How long a program takes, and how much processor time, including its servers. */
async function timed([program, ...args]: string[], { env, ...options }: ChildOptions): Promise<Cost> {
  const output = await runChild(
    'bash',
    ['-c', 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null', 'bash', program!, ...args],
    {
      ...options,
      env: { PATH: [path.dirname(process.execPath), '/usr/bin', '/bin'].join(':'), ...env },
      withStderr: true,
    },
  );
  const [seconds, user, system] = output.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { seconds: seconds!, cpu: user! + system! };
}
