--! as: postgres
--! why: A grant on a tenant table is only safe behind a policy that is enabled, forced, and says exactly this.
--! remedy: ALTER TABLE … ENABLE and FORCE ROW LEVEL SECURITY; recreate tenant_isolation_policy as the migration has it.

begin;
select plan(32);

create temporary view relation as
select want.place, 'public.' || want.name as name, want.name as short, c.relrowsecurity, c.relforcerowsecurity, p.*
  from (
    values
      (1, 'llm_api_calls'), (2, 'llm_monthly_costs'), (3, 'investigations'), (4, 'budget_optimization_jobs')
  ) as want (place, name)
  left join pg_catalog.pg_class as c on c.oid = to_regclass('public.' || want.name)
  left join pg_catalog.pg_policies as p
    on p.schemaname = 'public' and p.tablename = want.name and p.policyname = 'tenant_isolation_policy';

select is(relrowsecurity, true, format('%s: row level security is enabled', name))
from relation order by place;

select is(relforcerowsecurity, true, format('%s: row level security is forced on the owner', name))
from relation order by place;

select policies_are(
  'public', short, array['tenant_isolation_policy'],
  format('%s: tenant_isolation_policy is the only policy', name)
)
from relation order by place;

select is(cmd, 'ALL', format('%s: tenant_isolation_policy is for every command', name))
from relation order by place;

select is(roles, array['public']::name[], format('%s: tenant_isolation_policy is for every role', name))
from relation order by place;

select is(permissive, 'PERMISSIVE', format('%s: tenant_isolation_policy is permissive', name))
from relation order by place;

select is(
  qual, '(tenant_id = (NULLIF(current_setting(''app.current_tenant_id''::text, true), ''''::text))::uuid)',
  format('%s: tenant_isolation_policy shows the rows of the current tenant', name)
)
from relation order by place;

select is(
  with_check, '(tenant_id = (NULLIF(current_setting(''app.current_tenant_id''::text, true), ''''::text))::uuid)',
  format('%s: tenant_isolation_policy accepts the rows of the current tenant', name)
)
from relation order by place;

select * from finish();
rollback;
