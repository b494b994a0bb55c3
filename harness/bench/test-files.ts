import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';

import { stopwatch } from '../common/clock.ts';
import { installPgtap } from '../pgtap/pgtap.ts';
import { connect } from '../postgres/session.ts';
import { findPsql } from '../testing/psql-program.ts';
import { startTestServer } from '../testing/server.ts';

const prove = '/usr/bin/pg_prove';

const compiled = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/**
 * The published `rolecall test`, after `npm run compile`, compared with `pg_prove -j2` with the real psql first in PATH: 200
 * files of 20 assertions, the best of three, alternating.
 */
export async function benchTestFiles(): Promise<void> {
  const psql = findPsql();
  if (psql === undefined || !existsSync(prove)) {
    console.log('rolecall test beside pg_prove: there is no pg_prove, or no psql');
    return;
  }
  if (!existsSync(compiled)) {
    console.log('rolecall test beside pg_prove: there is no dist/cli.js; run `npm run compile` first');
    return;
  }
  const server = await startTestServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-bench-'));
  try {
    const session = await connect(server.superuser);
    await installPgtap(session, 'public');
    await session.close();
    const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(3, '0')}.pg`);
    await Promise.all(names.map((name) => writeFile(path.join(folder, name), suite)));
    const { host, port, user, password, database } = server.superuser;
    const env = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
      PATH: `${path.dirname(psql)}:/usr/bin:/bin`,
      NO_COLOR: '1',
    };
    const time = async (file: string, args: readonly string[]) => {
      const elapsed = stopwatch();
      const { stdout } = await execa(file, [...args, ...names], { cwd: folder, env, extendEnv: false });
      if (!stdout.includes('Files=200, Tests=4000') || !stdout.includes('Result: PASS')) {
        throw new Error(stdout.slice(-500));
      }
      return elapsed();
    };
    let [ours, theirs] = [Infinity, Infinity];
    for (let round = 0; round < 3; round += 1) {
      theirs = Math.min(theirs, await time(prove, ['--nocolor', '-j2']));
      ours = Math.min(ours, await time(process.execPath, [compiled, 'test', '-j2']));
    }
    console.log(
      `200 files of 20 assertions: rolecall test ${ours} ms, pg_prove -j2 ${theirs} ms, ${(ours / theirs).toFixed(2)} of it`,
    );
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

const suite = `\\unset ECHO
\\set QUIET 1
\\pset format unaligned
\\pset tuples_only true
\\set ON_ERROR_ROLLBACK 1
\\set ON_ERROR_STOP true
begin;
select plan(20);
${Array.from({ length: 20 }, (_, index) => `select is(${index}, ${index}, 'assertion ${index}');`).join('\n')}
select * from finish();
rollback;
`;
