import { afterAll, expect, it } from 'vitest';

import { sqlFolder } from '../../migrations/sql-folder.ts';
import { readProject } from '../../pipeline/project.ts';
import { Releasers } from '../../process/releasers.ts';
import { testCacheDir, testTempDirs } from '../../testing/server.ts';
import { smallProject } from '../../testing/small-project.ts';
import { embedded } from '../../topology/embedded/embedded.ts';
import { MutantHead } from './mutant-head.ts';

const releasers = new Releasers();
afterAll(() => releasers.release());

it('a leak behind a policy that recurses deep on purpose is noticed, as real logins see it', async () => {
  const { signal } = new AbortController();
  await using small = await smallProject({
    'db/contract.yaml': (text) =>
      `${text.replace('public.orders: { ', `public.orders: { row_security: enabled, policies: { mine: { using: "((public.depth(400) = 400) AND (tenant = NULLIF(current_setting('app.tenant'::text, true), ''::text)))" } }, needs: [{ identity: app, access: [SELECT], required_by: src }], `)}
tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: u, invalid: x }
seeds: seeds
functions: { public.depth(integer): { grants: { PUBLIC: [EXECUTE] } } }
`,
    'db/seeds/1_orders.sql': `insert into public.orders (tenant, item) values ('a', 'x'), ('b', 'y');\n`,
    'db/migrations/1_tables.sql': `
create table public.orders (id uuid primary key default gen_random_uuid(), tenant text not null, item text not null);
alter table public.orders enable row level security;
create function public.depth(below integer) returns integer language plpgsql
as $$ begin return case below when 0 then 0 else 1 + public.depth(below - 1) end; end $$;
create policy mine on public.orders
using (public.depth(400) = 400 and tenant = nullif(current_setting('app.tenant', true), ''));
`,
  });
  const project = await readProject(small.contract);
  const options = { major: 16 as const, cacheDir: testCacheDir, tempDirs: testTempDirs, env: {}, releasers, signal };
  const head = await MutantHead.build({
    server: await embedded.start('head', options),
    project,
    migrator: sqlFolder(project.resolve('migrations'), signal),
    reporter: {},
    signal,
    passwords: new Map(),
  });
  const { killed_by } = await head.tryMutant({
    id: 'by-hand/orders',
    operator: 'by-hand',
    object: 'public.orders',
    identity: '',
    description: 'By hand.',
    sql: 'alter policy mine on public.orders using (public.depth(400) = 400);',
    isolation: 'transaction',
  });
  await head.close();
  expect(killed_by.attempt).toContainEqual(expect.objectContaining({ code: 'fail-open', object: 'public.orders' }));
});
