import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';

import { isAlive } from '../process/owner.ts';
import { cliArguments, rolecall, sandbox, type Sandbox } from '../testing/cli.ts';
import { startTestServer, testCacheDir, testTempDirs, type TestServer } from '../testing/server.ts';
import { smallProject } from '../testing/small-project.ts';
import { startedUp } from '../testing/started-up.ts';

let project: Sandbox;
beforeAll(async () => {
  project = await sandbox();
});
afterAll(() => project[Symbol.asyncDispose]());

/** The main job as a process of its own, once the servers of both phases are up. */
async function startedRun({ byShell = false } = {}) {
  // As npm starts a script: by a shell that waits for it and passes on no signal.
  const before = byShell ? ['sh', '-c', '"$@"; exit $?', 'sh', process.execPath] : [process.execPath];
  const [program, ...args] = [...before, ...cliArguments, 'run'];
  const child = execa(program!, args, {
    cwd: project.folder,
    env: { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1', ...(byShell ? { npm_lifecycle_event: 'evidence' } : {}) },
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
  // A process that is gone takes no signal.
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await child;
  });
  const waiting = new Set(['baseline', 'head']);
  for await (const line of createInterface({ input: child.stderr })) {
    const phase = /^(\w+) +embedded server started/.exec(line)?.[1];
    if (phase !== undefined && waiting.delete(phase) && waiting.size === 0) {
      break;
    }
  }
  expect(waiting).toEqual(new Set());
  child.stderr.resume();
  if (!byShell) {
    return { child, pid: child.pid! };
  }
  const { stdout } = await execa('ps', ['-o', 'pid=', '--ppid', String(child.pid)]);
  return { child, pid: Number(stdout) };
}

/** Temporary folders of that process's run. */
async function foldersOf(pid: number): Promise<string[]> {
  const found = await Promise.all(
    testTempDirs.map(async (base) =>
      (await readdir(base).catch(() => []))
        .filter((name) => name.startsWith(`rolecall-${pid}-`))
        .map((name) => path.join(base, name)),
    ),
  );
  return found.flat();
}

/** Process ids of the database servers in these folders: those of both phases, and others that are just starting. */
async function serversIn(folders: readonly string[]): Promise<number[]> {
  const files = await Promise.all(
    folders.map((folder) => readFile(path.join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')),
  );
  const running = files.map((text) => Number.parseInt(text, 10)).filter((pid) => pid > 0 && isAlive(pid));
  expect(running.length).toBeGreaterThanOrEqual(2);
  return running;
}

describe('a run that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %i and leaves no server, no folder and no pack', async (signal, code) => {
    const { child, pid } = await startedRun();
    const folders = await foldersOf(pid);
    const servers = await serversIn(folders);
    child.kill(signal);
    expect((await child).exitCode).toBe(code);
    expect(servers.filter(isAlive)).toEqual([]);
    expect(await foldersOf(pid)).toEqual([]);
    expect(await readdir(project.file('reports'), { recursive: true }).catch(() => [])).toEqual(['runs']);
  });
});

describe('a run of an npm script whose npm is ended', () => {
  it('ends as well, and leaves no server and no folder', async () => {
    const { child, pid } = await startedRun({ byShell: true });
    const folders = await foldersOf(pid);
    const servers = await serversIn(folders);
    child.kill('SIGTERM');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 20_000 });
    expect(servers.filter(isAlive)).toEqual([]);
    expect(await foldersOf(pid)).toEqual([]);
  });
});

describe('what cannot be stopped', () => {
  it('is reported with the next step after Ctrl-C, and the exit code stays', async () => {
    const server = await startTestServer();
    await using small = await smallProject();
    const up = await startedUp(small.folder, server.superuserUrl);
    await server.stop();
    const { exitCode, stderr } = await up.end('SIGINT');
    expect([exitCode, stderr]).toEqual([
      130,
      expect.stringMatching(/^rolecall: could not stop the claim to .+\n(Check|See) .+$/m),
    ]);
  });

  it('is told after the error that ended the program, whose exit code stays', async () => {
    const server = await startTestServer();
    // Like a migration that takes its own server down: the roles that it made cannot be dropped.
    const { pid } = await postmasterOf(server);
    await using small = await smallProject({
      'db/migrations/2_grants.sql': (text) => `${text}; copy (select 1) to program 'kill -QUIT ${pid}; sleep 60';\n`,
    });
    const { exitCode, stderr } = await rolecall(['up', '--topology', 'url', '--url', server.superuserUrl], {
      cwd: small.folder,
    });
    await server.stop();
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(
        /^rolecall: .+ended the connection in the middle.+\nSee .+\n[^]*^rolecall: could not stop the claim to .+\n(Check|See) .+$/m,
      ),
    ]);
  });
});

async function postmasterOf(server: TestServer): Promise<{ pid: number }> {
  const [row] = await server.query(
    `select (pg_catalog.regexp_split_to_array(pg_catalog.pg_read_file('postmaster.pid'), '\\n'))[1]::int as pid`,
  );
  return row as { pid: number };
}

describe('a run that is killed', () => {
  it('leaves its servers to the next one, which ends them and removes their folders', async () => {
    const { child, pid } = await startedRun();
    const folders = await foldersOf(pid);
    const servers = await serversIn(folders);
    child.kill('SIGKILL');
    await child;
    const next = await startTestServer();
    await next.stop();
    expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
    expect(await Promise.all(servers.map(commandOf))).toEqual(servers.map(() => ''));
  });
});

/** The command line of a process; empty for one that has ended, reaped or not. */
async function commandOf(pid: number): Promise<string> {
  const { stdout } = await execa('ps', ['-o', 'stat=,command=', '-p', String(pid)], { reject: false });
  return stdout.trim().startsWith('Z') ? '' : stdout;
}
