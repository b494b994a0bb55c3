import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';

import { isAlive } from '../process/owner.ts';
import { connect } from '../postgres/session.ts';
import { targetOf } from '../postgres/target.ts';
import { automatic } from '../topology/registry.ts';
import { cliArguments } from '../testing/cli.ts';
import { testCacheDir, testTempDirs } from '../testing/server.ts';
import { smallProject } from '../testing/small-project.ts';

const env = { ROLECALL_CACHE_DIR: testCacheDir, NO_COLOR: '1' };

/** Runs a line of bash in which `"$@"` is the program. */
async function bash(line: string, cwd: string) {
  const { exitCode, stdout, stderr } = await execa(
    'bash',
    ['-o', 'pipefail', '-c', line, 'bash', process.execPath, ...cliArguments],
    { cwd, env, reject: false, stdin: 'ignore' },
  );
  return { exitCode, stdout, stderr };
}

describe('a reader that goes away', () => {
  it('changes neither the verdict nor the pack, which holds no secret', async () => {
    const secret = `alter role app set app.dsn = 'postgres://svc:hunter2@db/x';\n`;
    await using project = await smallProject({ 'db/migrations/2_grants.sql': (text) => text + secret });
    const { stdout, stderr } = await bash(
      '"$@" run --reporter json | head -c 0; echo "${PIPESTATUS[0]}"',
      project.folder,
    );
    expect(stdout).toBe('1');
    expect(stderr).not.toMatch(/EPIPE|internal error|\n {4}at /);
    const pack = await project.textOf('reports/runs');
    expect(pack).toContain('undeclared-setting');
    expect(pack).not.toContain('hunter2');
  });

  it('is not a failure of any command, and a full disk is', async () => {
    await using project = await smallProject();
    const [piped, full] = await Promise.all([
      bash('"$@" explain --format json | head -c 0; echo "${PIPESTATUS[0]}"', project.folder),
      bash('"$@" explain --format json > /dev/full', project.folder),
    ]);
    expect(piped).toEqual({ exitCode: 0, stdout: '0', stderr: '' });
    expect([full.exitCode, full.stderr]).toEqual([2, expect.not.stringMatching(/\n {4}at /)]);
  });
});

describe('up', () => {
  it('prints one line when ready, stays until it is ended, and leaves nothing behind', async () => {
    await using project = await smallProject();
    const child = execa(process.execPath, [...cliArguments, 'up', '--format', 'json'], {
      cwd: project.folder,
      env,
      reject: false,
      stdin: 'ignore',
    });
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await child;
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      break;
    }
    const ready = JSON.parse(lines[0]!) as {
      ready: boolean;
      revision: string;
      database: string;
      urls: Record<string, string>;
    };
    expect(ready).toEqual({
      ready: true,
      revision: '2',
      database: 'small_after',
      urls: { superuser: expect.any(String), app: expect.any(String) },
    });
    for (const [name, user] of [
      ['superuser', 'postgres'],
      ['app', 'app'],
    ] as const) {
      const session = await connect(targetOf(ready.urls[name]!, name));
      expect(await session.query('select session_user::text as user, current_database()::text as database')).toEqual([
        { user, database: 'small_after' },
      ]);
      await session.close();
    }
    const superuser = await connect(targetOf(ready.urls['superuser']!, 'superuser'));
    const [server] = await superuser.query<{ pid: number }>(
      `select (regexp_split_to_array(pg_read_file('postmaster.pid'), '\\n'))[1]::int as pid`,
    );
    await superuser.close();
    child.kill('SIGTERM');
    expect((await child).exitCode).toBe(143);
    expect(isAlive(server!.pid)).toBe(false);
    for (const base of testTempDirs) {
      expect((await readdir(base)).filter((name) => name.startsWith(`rolecall-${child.pid}-`))).toEqual([]);
    }
  });
});

describe('doctor', () => {
  it('says which topologies work here', async () => {
    const { exitCode, stdout } = await bash('"$@" doctor --format json', '/');
    expect(exitCode).toBe(0);
    const said = JSON.parse(stdout) as {
      node: string;
      topologies: { topology: string; works: boolean; server_version: string | null; next: string }[];
    };
    expect(said.node).toBe(process.versions.node);
    expect(said.topologies.map(({ topology }) => topology)).toEqual([...automatic, 'url']);
    expect(said.topologies).toContainEqual({
      topology: 'embedded',
      works: true,
      server_version: expect.stringMatching(/^16\./),
      duration_ms: expect.any(Number),
      reason: '',
      next: '',
    });
    // Nothing was reported about an existing server.
    expect(said.topologies).toContainEqual(
      expect.objectContaining({ topology: 'url', works: false, next: expect.stringContaining('ROLECALL_URL') }),
    );
  });
});
