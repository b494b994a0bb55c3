--! title: A policy shows rows that belong to no tenant.
--! severity: medium
--! why: A row whose tenant is NULL is then seen by every tenant, or by a session without one; a row that lost its tenant by mistake becomes everybody's.
--! remedy: Make the tenant column NOT NULL, or leave NULL out of the policy.
--! source: Row Security Policies
select
  p.relation_name as object,
  '' as identity,
  p.name as access,
  pg_catalog.format('the policy %I of %s shows rows whose %I is null', p.name, p.relation_name, t.tenant_column) as message,
  pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL;', p.relation_name, t.tenant_column) as remedy
from policy as p
join relation as r on r.oid = p.relation and r.isolated
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum = r.tenant_column and not a.attnotnull
cross join tenancy as t
where p.permissive
  and (
    p.using_text ~* ('\m' || t.tenant_column || '( IS NULL|\)? IS (NOT )?DISTINCT FROM)') and p.using_text !~* ('^\(?' || t.tenant_column || ' IS DISTINCT')
    or p.using_text ~* ('COALESCE\(' || t.tenant_column || '\M')
  )
order by 1, 2, 3
