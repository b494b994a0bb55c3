import { afterAll, beforeAll, expect, it } from 'vitest';

import { Releasers } from '../../process/releasers.ts';
import { sqlFolder } from '../../migrations/sql-folder.ts';
import type { Mutant } from '../mutant.ts';
import { mutantsOf } from '../operators.ts';
import { withSession } from '../../postgres/session.ts';
import { testCacheDir, testTempDirs } from '../../testing/server.ts';
import { smallProject } from '../../testing/small-project.ts';
import { embedded } from '../../topology/embedded/embedded.ts';
import { readProject } from '../../pipeline/project.ts';
import { MutantHead } from './mutant-head.ts';

const releasers = new Releasers();
let head: MutantHead;
let mutants: Mutant[];

/** A tenant's table with a key of two columns, in a database that the superuser does not own. */
beforeAll(async () => {
  const { signal } = new AbortController();
  await using small = await smallProject({
    'db/contract.yaml': (text) =>
      `${text.replace('public.orders: { ', `public.orders: { row_security: forced, policies: { mine: { using: "(tenant = NULLIF(current_setting('app.tenant'::text, true), ''::text))" } }, `)}
tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: u, invalid: x }
seeds: seeds
`,
    'db/seeds/1_orders.sql': `insert into public.orders (tenant, item) values ('a', 'x'), ('b', 'y');\n`,
    'db/migrations/1_tables.sql': `
create table public.orders (id uuid primary key default gen_random_uuid(), tenant text not null, item text not null, unique (tenant, item));
alter table public.orders enable row level security;
alter table public.orders force row level security;
create policy mine on public.orders using (tenant = nullif(current_setting('app.tenant', true), ''));
do $$ begin execute format('alter database %I owner to deployer', current_database()); end $$;
create role reader;
grant reader to app;
`,
  });
  const project = await readProject(small.contract);
  const server = await embedded.start('head', {
    major: 16,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    env: {},
    releasers,
    signal,
  });
  head = await MutantHead.build({
    server,
    project,
    migrator: sqlFolder(project.resolve('migrations'), signal),
    reporter: {},
    signal,
    passwords: new Map(),
  });
  mutants = mutantsOf(await head.state());
});
afterAll(async () => {
  await head.close();
  await releasers.release();
});

const mutantLike = (id: string) => mutants.find((mutant) => mutant.id.startsWith(id))!;
const committed = (change: Partial<Mutant>): Mutant => ({
  id: 'by-hand/orders',
  operator: 'by-hand',
  object: 'public.orders',
  identity: '',
  description: 'By hand.',
  sql: 'select 1;',
  isolation: 'login',
  ...change,
});

it('a key that became unique among all tenants is not a fact, and is noticed by its existence oracle', async () => {
  const { status, killed_by } = await head.tryMutant(mutantLike('narrow-key/public.orders/'));
  expect(status).toBe('killed');
  expect(killed_by.attempt.map(({ code }) => code)).toContain('existence-oracle');
});

it('a mutant that changes neither a fact nor what it is about is equivalent', async () => {
  const { shown_by } = mutantLike('narrow-key/public.orders/');
  expect(shown_by).toBeDefined();
  for (const isolation of ['transaction', 'login'] as const) {
    expect((await head.tryMutant(committed({ isolation, shown_by: shown_by! }))).status).toBe('equivalent');
    expect(
      (
        await head.tryMutant(
          committed({
            isolation,
            shown_by: shown_by!,
            sql: 'create unique index more on public.orders (tenant, item, id);',
          }),
        )
      ).status,
    ).not.toBe('equivalent');
  }
});

it('a copy has the owner of the database, so that what changes nothing is equivalent', async () => {
  expect(head.facts).toContainEqual(expect.objectContaining({ kind: 'database', property: 'owner', role: 'deployer' }));
  expect((await head.tryMutant(committed({}))).status).toBe('equivalent');
});

it('what a mutant puts back, it puts back in the copy, and the head is as it was', async () => {
  const mutant = mutantLike('role-setting/app.tenant/app');
  const inTheCopy = `select 1 / (pg_catalog.current_database() like '%\\_mutant')::int;`;
  expect(await head.tryMutant({ ...mutant, undo: `${inTheCopy} ${mutant.undo!}` })).toMatchObject({ status: 'killed' });
  await expect(head.tryMutant({ ...mutant, undo: 'alter role app createdb;' })).rejects.toMatchObject({
    code: 'topology-failed',
    message: expect.stringContaining('could not be undone') as string,
  });
  await withSession(head.built.superuser, {}, (session) => session.script('alter role app nocreatedb'));
});

it('a copy that is not as the head is refused', async () => {
  const pattern = { ...head.built.superuser, database: `${head.built.superuser.database}_pattern` };
  await withSession(pattern, {}, (session) => session.script('grant delete on public.orders to app'));
  await expect(head.tryMutant(committed({}))).rejects.toMatchObject({
    code: 'topology-failed',
    message: expect.stringContaining('the copy of head') as string,
  });
});

it('a head in which something was committed is refused at the end', async () => {
  await head.requireUnbroken();
  await withSession(head.built.superuser, {}, (session) => session.script('grant delete on public.orders to app'));
  await expect(head.requireUnbroken()).rejects.toMatchObject({
    code: 'topology-failed',
    message: expect.stringContaining('the head is not as it was before the mutants') as string,
  });
});

it('a role that a login may no longer take is not taken, and one that it may take now is', async () => {
  const inTransaction = (sql: string) => committed({ isolation: 'transaction', sql });
  expect(await head.tryMutant(inTransaction('revoke reader from app;'))).not.toMatchObject({ status: 'invalid' });
  const taken =
    'create role auditor bypassrls; grant select on public.orders to auditor; grant auditor to app with inherit false;';
  const { killed_by } = await head.tryMutant(inTransaction(taken));
  expect(killed_by.attempt).toContainEqual(expect.objectContaining({ code: 'fail-open', object: 'public.orders' }));
});
