import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sha256 } from '../common/digest.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import type { Fact } from './fact.ts';
import { factLine, factsText, fingerprint } from './fact-text.ts';
import { snapshot, snapshotSettings } from './snapshot.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const fixture = (name: string) => readFile(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');

/** The facts as they would be after a change, which is rolled back. */
async function factsAfter(database: string, change = ''): Promise<Fact[]> {
  await server.query(`begin isolation level repeatable read; ${snapshotSettings} ${change}`, database);
  try {
    return await snapshot((sql) => server.query(sql, database), server.version);
  } finally {
    await server.query('rollback', database);
  }
}

const harmful: [name: string, sql: string, added: string][] = [
  [
    'a grant on a column',
    'grant select (secret) on public.tenants to app_user',
    'column public.tenants.secret app_user SELECT grantable=false grantor=postgres',
  ],
  [
    'a grant to PUBLIC',
    'grant select on public.tenants to public',
    'table public.tenants PUBLIC SELECT grantable=false grantor=postgres',
  ],
  [
    'a membership for SET ROLE alone',
    'grant app_security to app_user with inherit false, set true',
    'membership app_security app_user member admin=false grantor=postgres inherit=false set=true',
  ],
  ['another owner', 'alter table public.calls owner to app_rw', 'table public.calls app_rw owner'],
  [
    'a policy that is always true',
    'alter policy mine on public.calls using (true)',
    'policy public.calls - policy mine command=ALL permissive=true roles=PUBLIC using=true',
  ],
  [
    'a policy for a role that is named PUBLIC',
    'create role "PUBLIC"; create policy of_one on public.calls to "PUBLIC" using (true)',
    'policy public.calls - policy of_one command=ALL permissive=true roles="""PUBLIC""" using=true',
  ],
  [
    'a policy for one role with a comma in its name',
    'create role "app_rw, app_user"; create policy of_one on public.calls to "app_rw, app_user" using (true)',
    'policy public.calls - policy of_one command=ALL permissive=true roles="app_rw, app_user" using=true',
  ],
  [
    'a policy for two roles',
    'create policy of_two on public.calls to app_user, app_rw using (true)',
    'policy public.calls - policy of_two command=ALL permissive=true roles=app_rw, app_user using=true',
  ],
  [
    'no FORCE',
    'alter table public.calls no force row level security',
    'table public.calls - row-security enabled=true forced=false',
  ],
  [
    'a reset search_path',
    'alter function security.lookup reset search_path',
    'function security.lookup(text) - security-definer body=',
  ],
  [
    'a widened body',
    `create or replace function security.lookup(key text) returns table (id int) language sql security definer
       set search_path = public, pg_temp as 'select id from public.tenants'`,
    'function security.lookup(text) - security-definer body=',
  ],
  [
    'a built-in function made definer',
    'alter function pg_catalog.pg_sleep(float8) security definer',
    'function pg_catalog.pg_sleep(double precision) - security-definer body=',
  ],
  [
    'EXECUTE to PUBLIC',
    'grant execute on function security.lookup to public',
    'function security.lookup(text) PUBLIC EXECUTE grantable=false grantor=app_security',
  ],
  ['a setting of a role', `alter role app_user set work_mem = '8MB'`, 'setting cluster app_user work_mem value=8MB'],
  [
    'a setting of the project’s own, by its digest',
    `alter role app_user set app.tenant = '1'`,
    `setting cluster app_user app.tenant value=sha256:${sha256('1')}`,
  ],
  ['BYPASSRLS', 'alter role app_user bypassrls', 'role app_user - bypassrls'],
  [
    'a predefined role',
    'grant pg_read_all_data to app_user',
    'membership pg_read_all_data app_user member admin=false',
  ],
  [
    'default privileges',
    'alter default privileges in schema public grant select on tables to app_rw',
    'default-privileges postgres in public tables app_rw SELECT grantable=false grantor=postgres',
  ],
  [
    'a built-in default taken away',
    'alter default privileges revoke execute on functions from public',
    'default-privileges postgres everywhere functions - replaces-default',
  ],
  [
    'a view over a table',
    'create view public.peek as select * from public.tenants',
    'view public.peek - view definition=',
  ],
  [
    'a child that has no policy',
    'create table public.child () inherits (public.calls)',
    'inheritance public.child - child of public.calls partition=false',
  ],
];

const harmless: [name: string, sql: string][] = [
  ['a nullable column', 'alter table public.calls add note text'],
  ['an index', 'create index on public.calls (tenant_id)'],
  ['a comment', `comment on table public.calls is 'calls'`],
  ['a renamed constraint', 'alter table public.calls rename constraint of_tenant to of_somebody'],
  [
    'a policy re-created with the same text',
    `drop policy mine on public.calls;
     create policy mine on public.calls as permissive for all to public using (tenant_id = current_setting('app.tenant', true)::int)`,
  ],
  [
    'grants in another order',
    `revoke all on public.calls from app_rw, postgres; grant insert on public.calls to app_rw;
     grant all on public.calls to postgres; grant select on public.calls to app_rw`,
  ],
  ['a default ACL written out', 'revoke all on public.tenants from public; grant all on public.tenants to postgres'],
  [
    'what the tool itself installs',
    'create schema rolecall_tap; create function rolecall_tap.ok() returns int language sql as $$select 1$$',
  ],
  ['another database', `create role elsewhere; drop role elsewhere; alter database template1 set work_mem = '8MB'`],
];

describe('snapshot', () => {
  let before: Fact[];
  beforeAll(async () => {
    await server.createDatabase('head');
    await server.query(await fixture('head.sql'), 'head');
    before = await factsAfter('head');
  });

  it('gives the same text twice', async () => {
    expect(factsText(await factsAfter('head'))).toBe(factsText(before));
    expect(before.map(factLine)).toEqual(before.map(factLine).sort());
  });

  it.each(harmless)('does not mind %s', async (_, sql) => {
    const after = await factsAfter('head', sql);
    expect(after).toEqual(before);
    expect(fingerprint(after)).toBe(fingerprint(before));
  });

  it.each(harmful)('notices %s', async (_, sql, expected) => {
    const known = new Set(before.map(factLine));
    const added = (await factsAfter('head', sql)).map(factLine).filter((line) => !known.has(line));
    expect(added.map((line) => line.replaceAll('\t', ' ').slice(0, expected.length))).toContain(expected);
  });

  it('keeps the names that a fact is put together of', async () => {
    const facts = await factsAfter(
      'head',
      `create role "in x"; create role "PUBLIC"; create schema "S p"; create policy "policy p" on public.calls;
       alter default privileges for role "in x" in schema "S p" grant select on tables to app_rw;
       alter default privileges for role "PUBLIC" revoke execute on functions from public`,
    );
    expect(facts.flatMap(({ policy }) => policy ?? [])).toEqual(['mine', 'policy p']);
    expect(facts.flatMap(({ promise, property }) => (promise === undefined ? [] : [{ ...promise, property }]))).toEqual(
      expect.arrayContaining([
        { creator: 'in x', schema: '"S p"', section: 'tables', property: 'SELECT' },
        { creator: '"PUBLIC"', schema: null, section: 'functions', property: 'replaces-default' },
      ]),
    );
  });

  it('writes no secret', async () => {
    const text = factsText(
      await factsAfter(
        'head',
        `alter role app_user password 'hunter2'; alter role app_user set app.jwt_secret = 'hunter2';
         create foreign data wrapper w options (token 'hunter2');
         create server elsewhere foreign data wrapper w options (password 'hunter2');
         create user mapping for app_user server elsewhere options (password 'hunter2')`,
      ),
    );
    expect(text).toContain('user-mapping\telsewhere\tapp_user');
    expect(text).not.toContain('hunter2');
  });
});
