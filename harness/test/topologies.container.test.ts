import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import type { Evidence } from '../pack/evidence.ts';
import { connect } from '../postgres/session.ts';
import { cliArguments, repository } from './cli.ts';
import { describeContainers, docker, engineState } from './containers.ts';
import { testCacheDir } from './server.ts';

interface Run {
  exitCode: number | undefined;
  stderr: string;
  evidence: Evidence;
  /** A file of the pack. */
  file(name: string): Promise<string>;
}

/** The program as a user would run it, with the environment that says where the engine is. */
async function rolecall(...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...cliArguments, ...args], { cwd: repository, env: { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1' }, reject: false, stdin: 'ignore' });
  return { exitCode, stdout, stderr };
}

/** The main job of this project; its pack is removed after the test. */
async function run(...args: string[]): Promise<Run> {
  const out = await mkdtemp(path.join(tmpdir(), 'rolecall-topologies-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const { exitCode, stdout, stderr } = await rolecall('run', ...args, '--out', out, '--format', 'json');
  expect(stderr).not.toContain('fault of its own');
  const { pack } = JSON.parse(stdout || '{"pack":""}') as { pack: string };
  expect([pack, stderr]).not.toEqual(['', expect.anything()]);
  const file = (name: string) => readFile(path.resolve(repository, pack, name), 'utf8');
  return { exitCode, stderr, file, evidence: JSON.parse(await file('evidence.json')) as Evidence };
}

/** Further topologies take their place here: their arguments, and what is done before. */
const others: [name: string, args: string[]][] = [
  ['compose', ['--topology', 'compose']],
  ['testcontainers', ['--topology', 'testcontainers']],
];

await describeContainers('the main job on PostgreSQL 16', ['postgres:16'], () => {
  const fingerprints: Record<string, unknown> = {};
  const prints = ({ phases }: Evidence) => ({ baseline: phases.baseline.fingerprint, head: phases.head.fingerprint });
  let before: string;

  beforeAll(async () => {
    before = await engineState();
  });

  it.each([['embedded', ['--topology', 'embedded']], ...others] as typeof others)('passes on %s', async (name, args) => {
    const { exitCode, evidence, file } = await run(...args);
    expect([evidence.verdict.reasons, exitCode]).toEqual([[], 0]);
    expect(evidence.run).toMatchObject({ topology: name, isolation: 'cluster-per-phase', server_version: expect.stringMatching(/^16\./) });
    fingerprints[name] = prints(evidence);
    expect(await engineState()).toBe(before);
    for (const phase of ['baseline', 'head'] as const) {
      expect(await file(`topology/version.${phase}.txt`)).toMatch(/^PostgreSQL 16\./);
      expect(await file(`topology/server.${phase}.log`)).toContain('ready to accept connections');
      expect(await file(`topology/privilege-probe.${phase}.txt`)).toMatch(new RegExp(`^${phase === 'head' ? 'yes' : 'no'} +app_user INSERT/SELECT public.llm_api_calls`, 'm'));
    }
    if (name !== 'embedded') {
      expect(await file('topology/head.image.txt')).toMatch(/^asked for postgres:16\n/);
      expect(await file('topology/head.docker-version.txt')).toMatch(/Server:/);
      expect(await file('topology/head.ps.txt')).toMatch(/5432\/tcp/);
    }
    if (name === 'compose') {
      expect(await file('topology/head.compose-config.yml')).toMatch(/POSTGRES_PASSWORD: "\*\*\*"/);
      expect(await file('topology/head.compose-ps.txt')).toMatch(/rolecall-\d+-\w+-postgres-1/);
    }
  });

  it('sees one and the same state on all of them', () => {
    const { embedded, ...rest } = fingerprints;
    expect(embedded).toEqual({ baseline: expect.stringMatching(/^[0-9a-f]{64}$/), head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(rest).toEqual(Object.fromEntries(others.map(([name]) => [name, embedded])));
  });
});

describe.each([15, 17, 18])('PostgreSQL %i', async (major) => {
  await describeContainers(`in a container of ${major}`, [`postgres:${major}`], () => {
    it('holds the contract, and is that version', async () => {
      const before = await engineState();
      const { exitCode, evidence, file } = await run('--topology', 'testcontainers', '--pg', String(major));
      expect([evidence.verdict.reasons, exitCode]).toEqual([[], 0]);
      expect(Number.parseInt(evidence.run.server_version, 10)).toBe(major);
      expect(await file('topology/head.image.txt')).toMatch(new RegExp(`^asked for postgres:${major}\n`));
      expect(await engineState()).toBe(before);
    });
  });
});

await describeContainers('docker-compose.e2e.yml by hand', ['postgres:16'], () => {
  it('migrates, is found by check to hold the contract, and may be started again', async () => {
    const before = await engineState();
    const project = `rolecall-by-hand-${process.pid}`;
    const compose = (...args: string[]) => execa('docker', ['compose', '--project-name', project, '--file', path.join(repository, 'docker-compose.e2e.yml'), ...args], { env: { ROLECALL_POSTGRES_PORT: '0' }, stdin: 'ignore' });
    onTestFinished(async () => {
      await compose('down', '--volumes', '--timeout', '0');
      expect(await engineState()).toBe(before);
    });
    await compose('up', '--detach', '--wait');
    const address = (await compose('port', 'postgres', '5432')).stdout.trim();
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const url = (login: string) => `postgresql://${login}:${login}@${address}/skeldir_e2e`;
    const checked = () => rolecall('check', '--url', url('postgres'), '--login', `app_user=${url('app_user')}`, '--allow-pgtap', '--format', 'json');
    const first = await checked();
    expect([first.exitCode, first.stdout]).toEqual([0, expect.stringContaining('"status":"pass"')]);

    // From where the entries of the database's comment begin, nothing is run a second time; what is missing comes back.
    const superuser = await connect({ host: '127.0.0.1', port: Number(address.split(':')[1]), user: 'postgres', password: 'postgres', database: 'skeldir_e2e' });
    await superuser.script('revoke app_rw from app_user');
    expect((await checked()).exitCode).toBe(1);
    await compose('up', '--detach', '--wait');
    expect((await compose('logs', '--no-log-prefix', 'migrate')).stdout).toMatch(/at revision 202601211200\n.*before\.sql\n.*after\.sql\n.*at revision 202601211200$/s);
    expect(await superuser.query('select count(*)::int as tenants from public.tenants')).toEqual([{ tenants: 4 }]);
    await superuser.close();
    const again = await checked();
    expect([again.exitCode, again.stderr]).toEqual([0, expect.anything()]);
  });

  it('stops at the first migration that fails, and keeps nothing of it', async () => {
    const before = await engineState();
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-by-hand-'));
    await execa('cp', ['-r', path.join(repository, 'db'), path.join(repository, 'docker-compose.e2e.yml'), folder]);
    await execa('sh', ['-c', 'printf "create table public.half ();\\nselect 1/0;\\n" > db/migrations/202512010000_broken.sql'], { cwd: folder });
    const project = `rolecall-by-hand-${process.pid}`;
    const compose = (...args: string[]) => execa('docker', ['compose', '--project-name', project, ...['--file', path.join(folder, 'docker-compose.e2e.yml')], ...args], { env: { ROLECALL_POSTGRES_PORT: '0' }, reject: false, stdin: 'ignore' });
    onTestFinished(async () => {
      await compose('down', '--volumes', '--timeout', '0');
      await rm(folder, { recursive: true });
      expect(await engineState()).toBe(before);
    });
    expect((await compose('up', '--detach', '--wait')).exitCode).not.toBe(0);
    expect((await compose('logs', '--no-log-prefix', 'migrate')).stdout).toMatch(/broken\.sql:2: ERROR: {2}division by zero/);
    const asked = await docker('exec', `${project}-postgres-1`, 'psql', '-U', 'postgres', '-d', 'skeldir_e2e', '-Atc', `select to_regclass('public.half') is null, shobj_description(oid, 'pg_database') from pg_database where datname = current_database()`);
    expect(asked).toBe('t|202511041600');
  });
});
