--! title: A table with the tenant column can be reached and has no row-level security.
--! severity: high
--! why: Its rows belong to tenants, and nothing keeps those of one from another.
--! remedy: Enable and force row-level security and give the table the policy of its neighbours.
--! source: Row Security Policies
select distinct
  r.name as object,
  reached.name as identity,
  '' as access,
  pg_catalog.format('%s has the tenant column %I and no row-level security, and %s reaches it', r.name, t.tenant_column, reached.name) as message,
  pg_catalog.format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', r.name)
    || case when exists (select from pg_catalog.pg_policy as p where p.polrelid = r.oid) then '' else pg_catalog.format(
    ' CREATE POLICY tenant_isolation_policy ON %s USING (%I = nullif(current_setting(%L, true), '''')::%s);',
    r.name, t.tenant_column, t.setting, pg_catalog.format_type(a.atttypid, a.atttypmod)
  ) end as remedy
from relation as r
cross join tenancy as t
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = r.tenant_column
join (
  select g.relation, g.name from granted as g where g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
  union
  select owned.oid, h.name from relation as owned join reach as h on h.role = owned.owner
) as reached (relation, name) on reached.relation = r.oid
where r.kind in ('r', 'p') and not r.rls
  -- If the parent table has row security, child-without-rls reports it.
  and not exists (
    with recursive above (oid) as (
      select i.inhparent from pg_catalog.pg_inherits as i where i.inhrelid = r.oid
      union
      select i.inhparent from above join pg_catalog.pg_inherits as i on i.inhrelid = above.oid
    )
    select from above join relation as parent on parent.oid = above.oid and parent.rls
  )
order by 1, 2, 3
