import { existsSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { execa } from 'execa';
import { expect, onTestFinished } from 'vitest';

import { isAlive } from '../process/owner.ts';
import { cliArguments } from './cli.ts';
import { testCacheDir, testTempDirs } from './server.ts';
import { smallProject, type SmallProject } from './small-project.ts';

export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface FaultyRun {
  pid: number;
  /** Resolves once stderr matches; rejects if the run ends first. */
  said(words: RegExp): Promise<void>;
  /** Sends a signal only to the program. */
  kill(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

/** The program as a user would run it, on a project, to be disturbed while it runs. */
export function start(
  project: SmallProject,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): FaultyRun {
  const shared = sharedMemory();
  const given = { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1', ...env };
  const child = execa(process.execPath, [...cliArguments, ...args], {
    cwd: project.folder,
    env: given,
    reject: false,
    stdin: 'ignore',
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await child;
  });
  sharedBefore.set(child.pid!, shared);
  let heard = '';
  const listeners = new Set<() => void>();
  child.stderr.on('data', (piece: Buffer) => {
    heard += piece.toString();
    listeners.forEach((listener) => listener());
  });
  const ended = child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
  return {
    pid: child.pid!,
    ended,
    kill: (signal) => void child.kill(signal),
    said: (words) =>
      new Promise((resolve, reject) => {
        const listener = () => {
          if (words.test(heard)) {
            listeners.delete(listener);
            resolve();
          }
        };
        listeners.add(listener);
        listener();
        void ended.then(({ exitCode, stderr }) =>
          reject(new Error(`it ended with ${exitCode} before it said ${String(words)}:\n${stderr}`)),
        );
      }),
  };
}

/** A project whose second suite sleeps until the run is disturbed. */
export function sleepingProject(more: Parameters<typeof smallProject>[0] = {}): Promise<SmallProject> {
  return smallProject({
    'pgtap/suites/02_asleep.sql': 'begin; select plan(1); select pg_catalog.pg_sleep(600); rollback;\n',
    ...more,
  });
}

/** Resolves when the suites of both phases are the only thing that a sleeping project still runs. */
export async function isAsleep(run: FaultyRun): Promise<void> {
  await run.said(/^baseline +✓ 01_orders/m);
  await run.said(/^head +✓ 01_orders/m);
}

/** Expects one clear message with the next step on its last line, and no more. */
export function expectTold({ exitCode, stderr }: Ended, message: RegExp, next: RegExp, code = 2): void {
  expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
  expect(stderr).not.toMatch(/internal error|\n {4}at /);
  expect(stderr.match(/^rolecall: /gm)).toHaveLength(1);
  expect(stderr.trim().split('\n').at(-1)).toMatch(next);
}

/** Shared memory that servers have made, now and at the start of each run. */
const sharedMemory = () =>
  existsSync('/dev/shm') ? readdirSync('/dev/shm').filter((name) => name.startsWith('PostgreSQL.')) : [];
const sharedBefore = new Map<number, readonly string[]>();

/**
 * Temporary folders of a run, processes that have one of them in their command line or as their working directory, and shared
 * memory made since it started.
 */
export async function leftOnMachine(pid: number, bases: readonly string[] = testTempDirs): Promise<string[]> {
  const shared = sharedMemory().filter((name) => !sharedBefore.get(pid)!.includes(name));
  const found = await Promise.all(
    [...new Set(bases)].map(async (base) =>
      (await readdir(base).catch(() => []))
        .filter((name) => name.startsWith(`rolecall-${pid}-`))
        .map((name) => path.join(base, name)),
    ),
  );
  const { stdout } = await execa('ps', ['-A', '-ww', '-o', 'pid=,stat=,command=']);
  const processes = stdout.split('\n').filter((line) => line.includes(`rolecall-${pid}-`) && !/^\s*\d+ +Z/.test(line));
  return [...found.flat(), ...processes, ...shared];
}

/** Processes of the servers of a run, postmasters first. */
export async function serversOf(pid: number): Promise<{ postmasters: number[]; all: number[] }> {
  const { stdout } = await execa('ps', ['-A', '-ww', '-o', 'pid=,ppid=,command=']);
  const rows = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!);
  const postmasters = rows
    .filter(([, , parent, command]) => Number(parent) === pid && command!.includes(`rolecall-${pid}-`))
    .map((row) => Number(row[1]));
  const backends = rows.filter(([, , parent]) => postmasters.includes(Number(parent))).map((row) => Number(row[1]));
  return { postmasters, all: [...postmasters, ...backends] };
}

/** Whether a process runs. One that waits to be reaped does not. */
export async function runs(pid: number): Promise<boolean> {
  const { stdout } = await execa('ps', ['-o', 'stat=', '-p', String(pid)], { reject: false });
  return isAlive(pid) && stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

/** Expects that a project without a fault now passes on the same topology. */
export async function expectNextRunPasses(...args: string[]): Promise<void> {
  await using project = await smallProject();
  const { exitCode, stderr } = await start(project, ['run', ...args]).ended;
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
}
