import { expect, it } from 'vitest';

import { about } from '../../testing/facts.ts';
import { isMigratorUntried, judgePaths, type BuildPath } from './judge.ts';
import { isWayBackUntried, migratorViews } from './view.ts';

const way = (path: BuildPath['path'], rest: Partial<BuildPath> = {}): BuildPath => ({
  path,
  phase: path === 'taken-down' ? 'baseline' : 'head',
  fingerprint: 'f',
  expected: 'f',
  same: true,
  added: [],
  removed: [],
  error: null,
  ...rest,
});

it('a way that ends elsewhere is a finding with the facts that differ, and so is one that broke off, with the server’s words', () => {
  const told = (rest: Partial<BuildPath>) =>
    judgePaths([way('built-again'), way('taken-down', { same: false, ...rest })]).map(({ object, message }) => [
      object,
      message,
    ]);
  const added = [about('table', 'public.t', 'row-security', { enabled: true })];
  expect(told({ added })).toEqual([
    [
      'taken-down',
      'head taken down to baseline does not reach the fingerprint of baseline: 1 fact differs: + table public.t - row-security enabled=true',
    ],
  ]);
  const more = ['t', 'u', 'v', 'w', 'x'].map((name) =>
    about('table', `public.${name}`, 'row-security', { enabled: true }),
  );
  expect(told({ added: more.slice(0, 4), removed: more.slice(4) })).toEqual([
    [
      'taken-down',
      [
        'head taken down to baseline does not reach the fingerprint of baseline: 5 facts differ: + table public.t - row-security enabled=true; + table public.u - row-security enabled=true; + table public.v - row-security enabled=true; and 2 others',
        '+ table public.w - row-security enabled=true',
        '- table public.x - row-security enabled=true',
      ].join('\n'),
    ],
  ]);
  expect(told({ error: 'x.down.sql:1: no\nDetail: view v\nHint: Use CASCADE.' })).toEqual([
    ['taken-down', 'head taken down to baseline broke off: x.down.sql:1: no\nDetail: view v\nHint: Use CASCADE.'],
  ]);
});

it('a role that a migration makes again is to be guarded there', () => {
  const error = 'db/migrations/001_roles.sql:1:1: role "clinic \'rw" already exists (SQLSTATE 42710)';
  const remedyOf = (path: BuildPath['path']) => judgePaths([way(path, { same: false, error })])[0]!.remedy;
  expect(remedyOf('roles-there')).toBe(
    "Guard the CREATE ROLE, for a role that is there already, with the options that it has now: DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'clinic ''rw') THEN CREATE ROLE \"clinic 'rw\"; END IF; END $$; Where that migration must not be edited any more, accept this with the reason: it builds one database of a server, and no second one.",
  );
  expect(remedyOf('taken-down')).toContain('Make the migrations say everything');
});

it('a way back that nobody went is said not to have been tried', () => {
  expect(isWayBackUntried([way('built-again'), way('upgraded')])).toBe(true);
  expect(isWayBackUntried([way('built-again'), way('taken-down', { same: false, error: 'no' })])).toBe(false);
});

const refused = {
  file: 'db/x.sql',
  line: 3,
  statement: 'alter role app nosuperuser',
  sqlstate: '42501',
  message: 'permission denied to alter role',
  detail: 'Only roles with the SUPERUSER attribute may change the SUPERUSER attribute.',
};
const asMigrator = (rest: Partial<BuildPath>) =>
  way('as-migrator', { migrator: 'admin', platform: 'Neon', owners: [], ...rest });

it('what production refuses its migrator is a finding with file, line, the server’s words and what to write instead', () => {
  const broken = asMigrator({ same: false, error: 'db/x.sql:3: no', refused });
  expect(judgePaths([broken])).toEqual([
    {
      code: 'migrator-refused',
      severity: 'high',
      object: 'db/x.sql',
      identity: 'admin',
      access: 'role-attributes-denied',
      message:
        'admin, who migrates in production (Neon), is refused what the superuser may: db/x.sql:3: permission denied to alter role (SQLSTATE 42501)\nDetail: Only roles with the SUPERUSER attribute may change the SUPERUSER attribute.',
      remedy: expect.stringMatching(/^Leave NOSUPERUSER.*alter role app nosuperuser/) as string,
      location: { file: 'db/x.sql', line: 3 },
    },
  ]);
  const unknown = judgePaths([{ ...broken, refused: { ...refused, statement: 'select f()', detail: '' } }]);
  expect(unknown).toMatchObject([{ access: '42501', remedy: expect.stringContaining('migrator.given') as string }]);
  expect(judgePaths([asMigrator({ same: false, error: 'program failed' })])).toMatchObject([{ code: 'path-diverges' }]);
});

it('what a program was refused is one too, without a line, and known by the statement that it repeats', () => {
  const told = (error: string) =>
    judgePaths([asMigrator({ same: false, error })]).map(({ code, object, access, location }) => [
      code,
      object,
      access,
      location,
    ]);
  const alembic = (said: string, statement: string) =>
    `the migration command up to head failed: (psycopg2.errors.InsufficientPrivilege) ${said}\n\n[SQL: ${statement}]\n(Background: …)`;
  expect(told(alembic('must be able to SET ROLE "o"', 'alter table t owner to o'))).toEqual([
    ['migrator-refused', 'migrations', 'owner-is-another', undefined],
  ]);
  expect(told('permission denied for table t')).toEqual([['migrator-refused', 'migrations', '42501', undefined]]);
  expect(told('must be owner of table t')).toEqual([['migrator-refused', 'migrations', 'not-the-owner', undefined]]);
  expect(told('ModuleNotFoundError: alembic')).toEqual([['path-diverges', 'as-migrator', undefined, undefined]]);
});

it('a migrator that the contract names and nobody built as is said not to have been tried', () => {
  const names = { migrator: {} };
  expect(isMigratorUntried(names, [way('upgraded')])).toBe(true);
  expect(isMigratorUntried(names, [way('upgraded'), asMigrator({})])).toBe(false);
  expect(isMigratorUntried({ migrator: undefined }, [way('upgraded')])).toBe(false);
  expect(isMigratorUntried(names, [])).toBe(false);
});

it('whose the objects are that the migrator made is shown, the first of many by name', () => {
  const objects = Array.from({ length: 15 }, (_, n) => `table public.t${n}`);
  const owners = [{ what: 'owner', expected: 'postgres', reached: 'admin', objects }] as const;
  expect(migratorViews([way('upgraded'), asMigrator({ owners: [...owners] })])).toEqual([
    {
      migrator: 'admin',
      platform: 'Neon',
      reached: true,
      owners: [
        { what: 'owns', expected: 'postgres', reached: 'admin', total: 15, objects: objects.slice(0, 12), more: 3 },
      ],
    },
  ]);
});
