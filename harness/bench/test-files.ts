import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { execa } from 'execa';

import { stopwatch } from '../common/clock.ts';
import { installPgtap } from '../pgtap/pgtap.ts';
import { connect } from '../postgres/session.ts';
import { cliArguments } from '../testing/cli.ts';
import { findPsql } from '../testing/psql-program.ts';
import { startTestServer } from '../testing/server.ts';

const prove = '/usr/bin/pg_prove';

/**
 * `rolecall test` beside `pg_prove -j2` with the real psql first in PATH: 200 files of 20 assertions, best of three. As it is published
 * after `npm run compile`, with ROLECALL_TEST_PROGRAM=dist/cli.js.
 */
export async function benchTestFiles(): Promise<void> {
  const psql = findPsql();
  if (psql === undefined || !existsSync(prove)) {
    console.log('rolecall test beside pg_prove: there is no pg_prove, or no psql');
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
    const best = async (file: string, args: readonly string[]) => {
      const times: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const elapsed = stopwatch();
        const { stdout } = await execa(file, [...args, ...names], { cwd: folder, env, extendEnv: false });
        if (!stdout.includes('Files=200, Tests=4000') || !stdout.includes('Result: PASS')) {
          throw new Error(stdout.slice(-500));
        }
        times.push(elapsed());
      }
      return Math.min(...times);
    };
    const theirs = await best(prove, ['--nocolor', '-j2']);
    const ours = await best(process.execPath, [...cliArguments, 'test', '-j2']);
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
