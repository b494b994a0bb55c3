import { expect } from 'vitest';

import type { Finding } from '../findings/finding.ts';

/** A manual change of head, the SQL that undoes it, and the findings that `check` must have. */
export type Harm = [
  look: number,
  name: string,
  damage: string,
  undo: string,
  ...wanted: Partial<Finding & { path: string }>[],
];

const restoreListing = `create or replace function security.list_tenant_ids() returns table (tenant_id uuid) language sql stable security definer
  set search_path = pg_catalog, pg_temp as $$\n  select t.id\n    from public.tenants as t\n   order by t.id\n$$`;

// Several are tried together if none hides another. `mutate` tries each alone.
export const harms: Harm[] = [
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

/** The changes that are made together, with their names and the SQL that makes and undoes them. */
export const looks = [1, 2, 3, 4].map((number) => {
  const chosen = harms.filter(([look]) => look === number);
  const joined = (part: 1 | 2 | 3, separator: string) => chosen.map((harm) => harm[part]).join(separator);
  return [joined(1, ', '), { chosen, damage: joined(2, '; '), undo: joined(3, '; ') }] as const;
});

/** The findings that `check` must have for them, as matchers. */
export function wantedOf(chosen: readonly Harm[]): unknown[] {
  return chosen
    .flatMap(([, , , , ...wanted]) => wanted)
    .map(({ path, ...finding }) =>
      expect.objectContaining(
        path === undefined ? finding : { ...finding, message: expect.stringContaining(path) as unknown },
      ),
    );
}
