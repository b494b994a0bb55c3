import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

let folder: string;
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-guards-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server.stop();
});

const run = (args: readonly string[], env: Record<string, string>) => rolecall(['test', ...args], { cwd: folder, env });
const connection = () => {
  const { host, port, user, password, database } = server.superuser;
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
};

describe('rolecall test', () => {
  it('stops a file, whatever it says about errors, before it runs a program unasked', async () => {
    const asks: [line: string, what: string][] = [
      ['\\set x `touch ran`', 'backticks run a program'],
      ['\\! touch ran', '\\! runs a program'],
      ['\\setenv X y', '\\setenv changes the environment of programs'],
      ['\\o |touch ran', '\\o | runs a program'],
      ['\\out |touch ran', '\\out | runs a program'],
      ['select 1 \\g |touch ran', '\\g | runs a program'],
      ['select 1 \\gx (format=csv) |touch ran', '\\gx | runs a program'],
      ["\\copy (select 1) to program 'touch ran'", '\\copy … program runs a program'],
      ["\\copy t from program 'touch ran'", '\\copy … program runs a program'],
    ];
    const named = asks.map(([line, what], index) => ({ name: `asks-${index}.pg`, line, what }));
    for (const { name, line } of named) {
      await writeFile(
        path.join(folder, name),
        `\\set ON_ERROR_STOP off\nselect plan(1);\n${line}\n\\o\nselect ok(true, 'one');\n`,
      );
    }
    const { exitCode, stdout, stderr } = await run(['-j1', ...named.map(({ name }) => name)], {
      PATH: '/usr/bin:/bin',
    });
    for (const { name, what } of named) {
      expect(stderr).toContain(`${name}:3: ${what}, which takes --allow-shell of rolecall test`);
    }
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Files=${named.length}, Tests=0`);
    expect(existsSync(path.join(folder, 'ran'))).toBe(false);
  });

  it('shows no password, whichever way a file comes to one', async () => {
    const mine = connection();
    expect(mine.PGPASSWORD.length).toBeGreaterThan(7);
    await writeFile(
      path.join(folder, 'secret.pg'),
      `\\getenv mine PGPASSWORD
\\echo # :mine
\\warn :mine
create role of_a_file password 'pebble-of-a-file';
select plan(3);
select ok(true, 'postgres://me:pebble-of-a-url@host/db');
select is('pebble-of-a-file', 'pebble of ' || :'mine'::text, 'compared');
do $$ begin raise notice 'password=pebble-of-a-notice'; raise notice 'pebble-of-a-file'; end $$;
select dblink('password=pebble-of-a-call');
`,
    );
    await writeFile(path.join(folder, 'tell.sql'), `create role of_a_setup password 'pebble-of-a-setup';`);
    await writeFile(path.join(folder, 'told.pg'), `select plan(1); select ok(false, 'pebble-of-a-setup');`);
    for (const reporter of ['prove', 'tap,junit,json,github']) {
      const { stdout, stderr, exitCode } = await run(
        ['-v', '-j1', 'secret.pg', 'told.pg', '--allow-pgtap', '--setup', 'tell.sql', '--reporter', reporter],
        mine,
      );
      await server.query('drop role if exists of_a_setup, of_a_file');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('compared');
      expect(stderr).toContain('password=***');
      expect([
        `${stdout}${stderr}`.match(/pebble-of-a-\w+/g),
        stdout.includes(mine.PGPASSWORD),
        stderr.includes(mine.PGPASSWORD),
      ]).toEqual([null, false, false]);
    }
  });
});
