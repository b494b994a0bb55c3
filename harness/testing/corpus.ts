import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll } from 'vitest';

import { installPgtap } from '../pgtap/pgtap.ts';
import { connect } from '../postgres/session.ts';
import { rolecall } from './cli.ts';
import { findPsql } from './psql-program.ts';
import { startTestServer, type TestServer } from './server.ts';

// Files that use every part of psql's language and of TAP, right and broken. `expected.txt` is the output of `pg_prove -v -j1`
// with psql 15 for them. ROLECALL_RECORD=1 writes it again, on a machine that has both.
export const folder = fileURLToPath(new URL('../test-files/fixtures/corpus', import.meta.url));
export const files = readdirSync(folder)
  .filter((name) => name.endsWith('.pg'))
  .toSorted();
export const prove = ['/usr/bin/pg_prove', '/usr/local/bin/pg_prove'].find((place) => existsSync(place));
export const psql = findPsql();

let server: TestServer;
/** Starts a server with pgTAP, and with what `sql` makes, for the tests of the calling file. */
export function withServer(sql = ''): void {
  beforeAll(async () => {
    server = await startTestServer();
    const session = await connect(server.superuser);
    await installPgtap(session, 'public');
    await session.script(sql);
    await session.close();
  });
  afterAll(() => server.stop());
}

export function environment(): Record<string, string> {
  const { host, port, user, password, database } = server.superuser;
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
}

/** The common part of both outputs: only one of them reports the time, and where a script stopped. */
function common(text: string): string {
  return (
    text
      .replaceAll(/^Files=(\d+), Tests=(\d+),.*$/gm, 'Files=$1, Tests=$2')
      .replaceAll(/^ {2}Stopped: .*\n/gm, '')
      .replaceAll(/^Time: .*$/gm, 'Time: …')
      // Whether `prove` shows an empty line depends on how psql's output reaches it.
      .replaceAll(/^\n/gm, '')
      .trimEnd()
      .concat('\n')
  );
}

/** Our runner's output for corpus files. */
export const ours = async (args: readonly string[], cwd = folder, connection = environment()) => {
  const env = { ...connection, PATH: '/usr/bin:/bin' };
  const { exitCode, stdout } = await rolecall(['test', '--allow-shell', ...args], { cwd, env });
  return { exitCode, text: common(stdout) };
};

/** pg_prove's output for them, with psql. */
export async function theirs(
  args: readonly string[],
  cwd = folder,
  connection = environment(),
): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, stdout } = await execa(prove!, ['--nocolor', '--psql-bin', psql!, ...args], {
    cwd,
    env: { ...connection, PATH: '/usr/bin:/bin' },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, text: common(stdout) };
}
