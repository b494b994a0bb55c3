import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Finding } from '../findings/finding.ts';
import { checkOn, type Checked } from '../testing/check-head.ts';
import { startTestHead, type TestHead } from '../testing/head.ts';

let head: TestHead;
let untouched: string;

beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

const checkHead = (options: Parameters<typeof checkOn>[1] = {}) => checkOn(head, options);

/** Does something to head, checks it, and takes it back. */
async function checkAfter(damage: string, undo: string): Promise<Checked> {
  await head.superuser.script(damage);
  try {
    return await checkHead();
  } finally {
    await head.superuser.script(undo);
    expect(await head.fingerprint()).toBe(untouched);
  }
}

describe('check on head', () => {
  it('passes, and leaves nothing behind', async () => {
    const { code, verdict, findings } = await checkHead();
    expect(verdict.reasons).toEqual([]);
    expect(findings.filter(({ accepted }) => accepted === undefined)).toEqual([]);
    expect(code).toBe(0);
    expect(await head.fingerprint()).toBe(untouched);
  });

  const restoreListing = `create or replace function security.list_tenant_ids() returns table (tenant_id uuid) language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$\n  select t.id\n    from public.tenants as t\n   order by t.id\n$$`;

  // Several in one look, where none hides another; `mutate` tries each alone.
  const harms: [
    look: number,
    name: string,
    damage: string,
    undo: string,
    ...wanted: Partial<Finding & { path: string }>[],
  ][] = [
    [
      1,
      'a column grant',
      'grant select (name) on public.tenants to app_rw',
      'revoke select (name) on public.tenants from app_rw',
      { code: 'undeclared-access', object: 'public.tenants.name', identity: 'app_user', path: 'via app_rw' },
    ],
    [
      2,
      'a grant to PUBLIC',
      'grant select on public.tenants to public',
      'revoke select on public.tenants from public',
      { code: 'undeclared-access', object: 'public.tenants', identity: 'PUBLIC' },
      { code: 'undeclared-access', object: 'public.tenants', identity: 'app_user', path: 'via PUBLIC' },
    ],
    [
      3,
      'a membership with SET only',
      'grant app_security to app_user with inherit false, set true',
      'revoke app_security from app_user',
      { code: 'undeclared-membership', object: 'app_security', identity: 'app_user', path: 'INHERIT false, SET true' },
      { code: 'undeclared-access', object: 'public.tenants', identity: 'app_user', path: 'via SET ROLE app_security' },
      { code: 'undeclared-attribute', object: 'app_security', identity: 'app_user' },
    ],
    [
      1,
      'another owner',
      'alter table public.investigations owner to app_user',
      'alter table public.investigations owner to postgres',
      { code: 'undeclared-owner', object: 'public.investigations', identity: 'app_user' },
      { code: 'identity-owns-rls-table', object: 'public.investigations', identity: 'app_user' },
    ],
    [
      2,
      'a policy that is always true',
      `alter policy tenant_isolation_policy on public.investigations using (true)`,
      `alter policy tenant_isolation_policy on public.investigations using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)`,
      { code: 'changed-policy', object: 'public.investigations' },
      { code: 'fail-open', object: 'public.investigations', identity: 'app_user' },
      { code: 'policy-always-true', object: 'public.investigations' },
    ],
    [
      3,
      'FORCE off and another owner',
      'alter table public.investigations no force row level security, owner to app_user',
      'alter table public.investigations force row level security, owner to postgres',
      { code: 'changed-row-security', object: 'public.investigations' },
      { code: 'undeclared-owner', object: 'public.investigations', identity: 'app_user' },
      { code: 'fail-open', object: 'public.investigations', identity: 'app_user' },
    ],
    [
      1,
      'a definer without search_path',
      'alter function security.list_tenant_ids() reset search_path',
      'alter function security.list_tenant_ids() set search_path = pg_catalog, pg_temp',
      { code: 'changed-function', object: 'security.list_tenant_ids()', access: 'search_path' },
      { code: 'definer-without-search-path', object: 'security.list_tenant_ids()' },
    ],
    [
      2,
      'a definer’s body widened',
      restoreListing.replace('order by t.id', 'union all select gen_random_uuid() order by 1'),
      restoreListing,
      { code: 'changed-function', object: 'security.list_tenant_ids()', access: 'body' },
    ],
    [
      3,
      'EXECUTE to PUBLIC',
      'grant execute on function security.list_tenant_ids() to public',
      'revoke execute on function security.list_tenant_ids() from public',
      { code: 'undeclared-access', object: 'security.list_tenant_ids()', identity: 'PUBLIC' },
      { code: 'public-may-execute-definer', object: 'security.list_tenant_ids()' },
    ],
    [
      1,
      'a tenant in the role’s settings',
      `alter role app_user set app.current_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'`,
      'alter role app_user reset all',
      { code: 'undeclared-setting', object: 'app.current_tenant_id', identity: 'app_user' },
      { code: 'fail-open', identity: 'app_user', access: 'SELECT' },
    ],
    [
      4,
      'BYPASSRLS',
      'alter role app_user bypassrls',
      'alter role app_user nobypassrls',
      { code: 'undeclared-attribute', object: 'app_user', identity: 'app_user', access: 'BYPASSRLS' },
      { code: 'fail-open', identity: 'app_user' },
    ],
    [
      4,
      'pg_read_all_data',
      'grant pg_read_all_data to app_user',
      'revoke pg_read_all_data from app_user',
      { code: 'undeclared-membership', object: 'pg_read_all_data', identity: 'app_user' },
      {
        code: 'undeclared-access',
        object: 'public.tenants',
        identity: 'app_user',
        path: 'predefined role pg_read_all_data',
      },
    ],
    [
      2,
      'a view over tenants',
      'create view public.tenant_names as select name from public.tenants; grant select on public.tenant_names to app_rw',
      'drop view public.tenant_names',
      { code: 'undeclared-access', object: 'public.tenant_names', identity: 'app_user', path: 'via app_rw' },
      { code: 'view-over-guarded-table', object: 'public.tenant_names' },
    ],
    [
      1,
      'default privileges',
      'alter default privileges grant select on tables to app_rw',
      'alter default privileges revoke select on tables from app_rw',
      { code: 'future-object-exposed', object: 'future table in public', identity: 'app_user', path: 'via app_rw' },
    ],
  ];

  it.each(
    [1, 2, 3, 4]
      .map((number) => harms.filter(([look]) => look === number))
      .map((chosen) => [chosen.map(([, name]) => name).join(', '), chosen] as const),
  )('calls out %s', async (_, chosen) => {
    const { code, findings } = await checkAfter(
      chosen.map(([, , damage]) => damage).join('; '),
      chosen.map(([, , , undo]) => undo).join('; '),
    );
    expect(code).toBe(1);
    for (const { path, ...finding } of chosen.flatMap(([, , , , ...wanted]) => wanted)) {
      expect(findings).toContainEqual(
        expect.objectContaining(path === undefined ? finding : { ...finding, message: expect.stringContaining(path) }),
      );
    }
  });

  const isolation = `using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)`;
  const harmless: [name: string, change: string, undo: string][] = [
    [
      'a nullable column',
      'alter table public.investigations add column note text',
      'alter table public.investigations drop column note',
    ],
    ['an index', 'create index harmless on public.investigations (created_at)', 'drop index public.harmless'],
    ['a comment', `comment on table public.tenants is 'who pays'`, 'comment on table public.tenants is null'],
    [
      'a renamed constraint',
      'alter table public.tenants rename constraint tenants_pkey to renamed',
      'alter table public.tenants rename constraint renamed to tenants_pkey',
    ],
    [
      'a policy created again',
      `drop policy tenant_isolation_policy on public.investigations; create policy tenant_isolation_policy on public.investigations ${isolation} with check ${isolation.slice(6)}`,
      'select 1',
    ],
    [
      'a new table with row security and no grants',
      'create table public.later (tenant_id uuid); alter table public.later enable row level security, force row level security',
      'drop table public.later',
    ],
    [
      'grants in another order',
      'revoke all on public.llm_monthly_costs from app_rw; grant update on public.llm_monthly_costs to app_rw; grant insert on public.llm_monthly_costs to app_rw; grant select on public.llm_monthly_costs to app_rw',
      'select 1',
    ],
  ];

  it(`is silent about ${harmless.map(([name]) => name).join(', ')}`, async () => {
    const { code, verdict } = await checkAfter(
      harmless.map(([, change]) => change).join('; '),
      harmless.map(([, , undo]) => undo).join('; '),
    );
    expect(verdict.reasons).toEqual([]);
    expect(code).toBe(0);
  });
});
