import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

import { fingerprint } from '../catalog/fact-text.ts';
import type { PhaseName } from '../common/phase.ts';
import { sqlFolder } from '../migrations/sql-folder.ts';
import { parseEvidence } from '../pack/evidence-text.ts';
import type { Evidence } from '../pack/evidence.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { stateOf } from '../pipeline/head-state.ts';
import { readProject } from '../pipeline/project.ts';
import { connect } from '../postgres/session.ts';
import { urlOf } from '../postgres/target.ts';
import { embedded } from '../topology/embedded/embedded.ts';
import { topologyNames } from '../topology/registry.ts';
import { startTestcontainer } from '../topology/docker/testcontainers.ts';
import { repository, rolecall } from '../testing/cli.ts';
import { describeContainers, docker, engineState, topologyOptions } from '../testing/containers.ts';
import { contractFile } from '../testing/head.ts';
import { pinnedImage } from '../testing/pinned-image.ts';

interface Run {
  exitCode: number | undefined;
  stderr: string;
  evidence: Evidence;
  /** A file of the pack. */
  file(name: string): Promise<string>;
}

/** The main job of this project. Its pack is removed after the test. */
async function run(...args: string[]): Promise<Run> {
  const out = await mkdtemp(path.join(tmpdir(), 'rolecall-topologies-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const { exitCode, stdout, stderr } = await rolecall(['run', ...args, '--out', out, '--format', 'json']);
  expect(stderr).not.toContain('internal error');
  const { pack } = JSON.parse(stdout || '{"pack":""}') as { pack: string };
  expect([pack, stderr]).not.toEqual(['', expect.anything()]);
  const file = (name: string) => readFile(path.resolve(repository, pack, name), 'utf8');
  return { exitCode, stderr, file, evidence: parseEvidence(await file('evidence.json')) };
}

const prints = ({ phases }: Evidence) => ({ baseline: phases.baseline.fingerprint, head: phases.head.fingerprint });
const digest = expect.stringMatching(/^[0-9a-f]{64}$/);

/** A server in a container, for one test. */
async function existingServer(): Promise<string> {
  const options = topologyOptions();
  onTestFinished(() => options.releasers.release());
  return urlOf((await startTestcontainer(options)).superuser);
}

/** Both phases built in embedded servers of that version, without any proof: majors.slow.test.ts does that. */
async function embeddedPrints(major: number) {
  const { signal, releasers, ...options } = topologyOptions({ major });
  onTestFinished(() => releasers.release());
  const project = await readProject(contractFile);
  const migrator = sqlFolder(project.resolve('migrations'), signal);
  const print = async (phase: PhaseName) => {
    const server = await embedded.start(phase, { ...options, signal, releasers });
    const { superuser } = await buildPhase(phase, {
      server,
      project,
      migrator,
      reporter: {},
      signal,
      passwords: new Map(),
    });
    return fingerprint((await stateOf(superuser, signal)).facts);
  };
  return { baseline: await print('baseline'), head: await print('head') };
}

/** The particulars of each topology: how the phases share clusters, its image, and its arguments. */
const all: [name: string, isolation: string, image: string | undefined, args: () => Promise<string[]>][] = [
  ['embedded', 'cluster-per-phase', undefined, () => Promise.resolve([])],
  ['compose', 'cluster-per-phase', pinnedImage, () => Promise.resolve([])],
  ['testcontainers', 'cluster-per-phase', 'postgres:16', () => Promise.resolve([])],
  ['url', 'shared-cluster', undefined, async () => ['--url', await existingServer()]],
];

await describeContainers('the main job on PostgreSQL 16', ['postgres:16', pinnedImage], () => {
  const fingerprints: Record<string, unknown> = {};

  it.each(all)('passes on %s', async (name, isolation, image, args) => {
    const given = await args();
    const before = await engineState();
    const { exitCode, evidence, file } = await run('--topology', name, ...given);
    expect([evidence.verdict.reasons, exitCode]).toEqual([[], 0]);
    expect(evidence.run).toMatchObject({ topology: name, isolation, server_version: expect.stringMatching(/^16\./) });
    fingerprints[name] = prints(evidence);
    expect(await engineState()).toBe(before);
    for (const phase of ['baseline', 'head'] as const) {
      expect(await file(`topology/version.${phase}.txt`)).toMatch(/^PostgreSQL 16\./);
      expect(await file(`topology/server.${phase}.log`)).toContain(
        name === 'url' ? 'cannot be read over a connection' : 'ready to accept connections',
      );
      expect(await file(`topology/privilege-probe.${phase}.txt`)).toMatch(
        new RegExp(`^${phase === 'head' ? 'yes' : 'no'} +app_user INSERT/SELECT public.llm_api_calls`, 'm'),
      );
    }
    if (image !== undefined) {
      expect(await file('topology/head.image.txt')).toMatch(new RegExp(`^asked for ${image}\n`));
      expect(await file('topology/head.docker-version.txt')).toMatch(/Server:/);
      expect(await file('topology/head.ps.txt')).toMatch(/5432\/tcp/);
    }
    if (name === 'compose') {
      expect(await file('topology/head.compose-config.yml')).toMatch(/POSTGRES_PASSWORD: "\*\*\*"/);
      expect(await file('topology/head.compose-ps.txt')).toMatch(/rolecall-\d+-\w+-postgres-1/);
    }
  });

  it('sees one and the same state on all of them', () => {
    expect(fingerprints['embedded']).toEqual({ baseline: digest, head: digest });
    expect(fingerprints).toEqual(Object.fromEntries(topologyNames.map((name) => [name, fingerprints['embedded']])));
  });
});

describe.each([15, 17, 18])('PostgreSQL %i', async (major) => {
  await describeContainers(`in a container of ${major}`, [`postgres:${major}`], () => {
    it('passes, on the version asked for, with the same fingerprint as embedded', async () => {
      const before = await engineState();
      const { exitCode, evidence, file } = await run('--topology', 'testcontainers', '--pg', String(major));
      expect([evidence.verdict.reasons, exitCode]).toEqual([[], 0]);
      expect(Number.parseInt(evidence.run.server_version, 10)).toBe(major);
      expect(await file('topology/head.image.txt')).toMatch(new RegExp(`^asked for postgres:${major}\n`));
      expect(await engineState()).toBe(before);
      expect(prints(evidence)).toEqual({ baseline: digest, head: digest });
      expect(await embeddedPrints(major)).toEqual(prints(evidence));
    });
  });
});

await describeContainers('an image by variable', ['postgres:15'], () => {
  it('is what compose and testcontainers start', async () => {
    const { stdout } = await rolecall(['doctor', '--format', 'json'], {
      env: { ROLECALL_POSTGRES_IMAGE: 'postgres:15' },
    });
    const { topologies } = JSON.parse(stdout) as { topologies: { topology: string; server_version: string | null }[] };
    const version = (name: string) => topologies.find(({ topology }) => topology === name)?.server_version;
    expect([version('compose'), version('testcontainers'), version('embedded')]).toEqual([
      expect.stringMatching(/^15\./),
      expect.stringMatching(/^15\./),
      expect.stringMatching(/^16\./),
    ]);
  });
});

await describeContainers('docker-compose.e2e.yml by hand', [pinnedImage], () => {
  it('migrates, is found by check to hold the contract, and may be started again', async () => {
    const before = await engineState();
    const project = `rolecall-by-hand-${process.pid}`;
    const compose = (...args: string[]) =>
      execa(
        'docker',
        ['compose', '--project-name', project, '--file', path.join(repository, 'docker-compose.e2e.yml'), ...args],
        { env: { ROLECALL_POSTGRES_PORT: '0' }, stdin: 'ignore' },
      );
    onTestFinished(async () => {
      await compose('down', '--volumes', '--timeout', '0');
      expect(await engineState()).toBe(before);
    });
    await compose('up', '--detach', '--wait');
    const address = (await compose('port', 'postgres', '5432')).stdout.trim();
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const url = (login: string) => `postgresql://${login}:${login}@${address}/skeldir_e2e`;
    const checked = () =>
      rolecall([
        'check',
        '--url',
        url('postgres'),
        '--login',
        `app_user=${url('app_user')}`,
        '--allow-pgtap',
        '--format',
        'json',
      ]);
    const first = await checked();
    expect([first.exitCode, first.stdout]).toEqual([0, expect.stringContaining('"status":"pass"')]);

    // From the entries of the database's comment on, nothing runs twice. What is missing returns.
    const superuser = await connect({
      host: '127.0.0.1',
      port: Number(address.split(':')[1]),
      user: 'postgres',
      password: 'postgres',
      database: 'skeldir_e2e',
    });
    await superuser.script('revoke app_rw from app_user');
    expect((await checked()).exitCode).toBe(1);
    await compose('up', '--detach', '--wait');
    expect((await compose('logs', '--no-log-prefix', 'migrate')).stdout).toMatch(
      /at revision 202601211200\n.*before\.sql\n.*after\.sql\n.*at revision 202601211200$/s,
    );
    expect(await superuser.query('select count(*)::int as tenants from public.tenants')).toEqual([{ tenants: 4 }]);
    await superuser.close();
    const again = await checked();
    expect([again.exitCode, again.stderr]).toEqual([0, expect.anything()]);
  });

  it('stops at the first migration that fails, and keeps nothing of it', async () => {
    const before = await engineState();
    const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-by-hand-'));
    await execa('cp', ['-r', path.join(repository, 'db'), path.join(repository, 'docker-compose.e2e.yml'), folder]);
    await execa(
      'sh',
      ['-c', 'printf "create table public.half ();\\nselect 1/0;\\n" > db/migrations/202512010000_broken.sql'],
      { cwd: folder },
    );
    const project = `rolecall-by-hand-${process.pid}`;
    const compose = (...args: string[]) =>
      execa(
        'docker',
        ['compose', '--project-name', project, ...['--file', path.join(folder, 'docker-compose.e2e.yml')], ...args],
        { env: { ROLECALL_POSTGRES_PORT: '0' }, reject: false, stdin: 'ignore' },
      );
    onTestFinished(async () => {
      await compose('down', '--volumes', '--timeout', '0');
      await rm(folder, { recursive: true });
      expect(await engineState()).toBe(before);
    });
    expect((await compose('up', '--detach', '--wait')).exitCode).not.toBe(0);
    expect((await compose('logs', '--no-log-prefix', 'migrate')).stdout).toMatch(
      /broken\.sql:2: ERROR: {2}division by zero/,
    );
    const asked = await docker(
      'exec',
      `${project}-postgres-1`,
      'psql',
      '-U',
      'postgres',
      '-d',
      'skeldir_e2e',
      '-Atc',
      `select to_regclass('public.half') is null, shobj_description(oid, 'pg_database') from pg_database where datname = current_database()`,
    );
    expect(asked).toBe('t|202511041600');
  });
});
