import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { environment, ours, prove, psql, theirs, withServer } from '../testing/corpus.ts';

withServer(`
  create schema xu;
  create function xu.test_one() returns setof text language sql as $$ select ok(true, 'one') $$;
  create function xu.test_two() returns setof text language sql as $$ select is(1, 2, 'two') $$;
  create function xu.check_three() returns setof text language sql as $$ select ok(true, 'three') $$;
  create function public.test_four() returns setof text language sql as $$ select ok(true, 'four') $$;
  create role other login password 'other-pebble';
`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-flags-'));
  await mkdir(path.join(folder, 'tests/deep'), { recursive: true });
  const passing = (name: string) => `select plan(1);\nselect ok(true, '${name}');\n`;
  const files = {
    'tests/b.pg': passing('b'),
    'tests/a.pg': passing('a'),
    'tests/c.sql': passing('c'),
    'tests/deep/d.pg': `select plan(1);\nselect ok(false, 'd');\n`,
    'tests/deep/e.sql': passing('e'),
    'variables.pg': `select plan(2);\nselect is(:'x'::text, 'a b', 'x');\nselect is(:y, 2, 'y');\n`,
    'printed.pg': `select plan(1);\nselect null, '# null';\nselect ok(true, 'printed');\n`,
    'who.pg': `select plan(1);\nselect is(session_user::text, 'other', 'who');\n`,
    'options.pg': `select plan(1);\nselect is(current_setting('work_mem'), '7MB', 'PGOPTIONS');\n`,
    'bails.pg': `select plan(2);\n\\echo Bail out!  no use\n`,
    'skips.pg': `select plan(2);\nselect * from skip('no dblink', 2);\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text);
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(prove === undefined || psql === undefined)('pg_prove and rolecall test agree', () => {
  it.each<[args: string[]]>([
    [['tests']],
    [['tests/b.pg', 'tests', 'tests/a.pg']],
    [['--ext', '.sql', 'tests']],
    [['--ext', '.sql', '--ext', '.pg', 'tests']],
    [['-r', 'tests']],
    [['--recurse', '--ext', '.sql', '-v', 'tests']],
    [['-v', '--set', 'x=a b', '-S', 'y=2', 'variables.pg']],
    [['-v', '--set', 'x=a b', 'variables.pg']],
    [['-v', '--pset', 'null=(none)', '-P', 'fieldsep= ; ', 'printed.pg']],
    [['-v', '--runtests', '--schema', 'xu']],
    [['-v', '-R', '-s', 'xu', '-x', '^test_one$']],
    [['-f', '-s', 'xu', '--match', '^check']],
    [['-Q', '-R', '--schema', 'public']],
    [['-v', '-U', 'other', 'who.pg']],
    [['-v', 'who.pg']],
  ])('on %j', async (args) => {
    const connection = { ...environment(), ...(args.includes('-U') && { PGPASSWORD: 'other-pebble' }) };
    expect(await ours(['-j1', ...args], folder, connection)).toEqual(await theirs(args, folder, connection));
  });

  it('on a service, a password file and PGOPTIONS', async () => {
    const { PGHOST, PGPORT, PGPASSWORD, PGDATABASE, PGUSER } = environment() as Record<string, string>;
    const [services, passwords] = [path.join(folder, 'services'), path.join(folder, 'passwords')];
    await writeFile(
      services,
      `# ours\n[else]\nhost=nowhere\n[mine]\nhost=${PGHOST!}\nport=${PGPORT!}\ndbname=${PGDATABASE!}\nuser=other\n`,
    );
    await writeFile(
      passwords,
      `else:*:*:*:no\n${PGHOST!}:${PGPORT!}:*:other:other-pebble\n*:*:*:${PGUSER!}:${PGPASSWORD!}\n`,
    );
    await chmod(passwords, 0o600);
    const service = { PGSERVICE: 'mine', PGSERVICEFILE: services, PGPASSFILE: passwords };
    const compared: [args: string[], connection: Record<string, string>][] = [
      [['who.pg'], service],
      [['-U', PGUSER!, 'who.pg'], service],
      [['-h', PGHOST!, '-p', PGPORT!, '-U', 'other', '-d', PGDATABASE!, 'who.pg'], { PGPASSFILE: passwords }],
      [['options.pg'], { ...environment(), PGOPTIONS: '-c work_mem=7MB' }],
    ];
    for (const [args, connection] of compared) {
      const mine = await ours(['-v', '-j1', ...args], folder, connection);
      expect([args, mine]).toEqual([args, await theirs(['-v', ...args], folder, connection)]);
    }
    // As psql accepts them. pg_prove passes -d on as a plain name.
    for (const name of [
      'service=mine',
      `host=${PGHOST!} port=${PGPORT!} dbname=${PGDATABASE!} user=other`,
      `postgresql://other@${PGHOST!}:${PGPORT!}/${PGDATABASE!}`,
    ]) {
      const connection = { PGSERVICEFILE: services, PGPASSFILE: passwords };
      expect([name, (await ours(['-d', name, 'who.pg'], folder, connection)).exitCode]).toEqual([name, 0]);
    }
  });

  // pg_prove ends with 255 after a bail-out, and with 0 if everything was skipped. Here the exit codes are those of all commands.
  it.each([
    ['bails.pg', 1, 255],
    ['skips.pg', 3, 0],
  ])('on %s, but for the exit code', async (file, code, theirCode) => {
    const [mine, real] = [await ours(['-v', file], folder), await theirs(['-v', file], folder)];
    expect([mine.exitCode, real.exitCode]).toEqual([code, theirCode]);
    for (const { text } of [mine, real]) {
      expect(text).toContain(code === 1 ? 'Bailout called.  Further testing stopped:  no use\n' : real.text);
    }
  });
});
