--! title: A foreign key between tenants' tables leaves the tenant out.
--! severity: medium
--! why: The server checks a foreign key without row-level security: a session can refer to a hidden row of another tenant, and learns by the error whether a key exists.
--! remedy: Make the tenant column part of the foreign key and of the key it refers to.
--! source: Row Security Policies, referential integrity checks
select
  r.name as object,
  '' as identity,
  k.conname::text as access,
  pg_catalog.format('%s refers to %s by %s, which leaves %I out', r.name, other.name, columns.own, t.tenant_column) as message,
  pg_catalog.format(
    'ALTER TABLE %1$s ADD UNIQUE (%2$I, %3$s); ALTER TABLE %4$s DROP CONSTRAINT %5$I, ADD CONSTRAINT %5$I FOREIGN KEY (%2$I, %6$s) REFERENCES %1$s (%2$I, %3$s)%7$s;',
    other.name, t.tenant_column, columns.others, r.name, k.conname, columns.own,
    pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '^FOREIGN KEY \([^)]*\) REFERENCES [^(]*\([^)]*\)', '')
  ) as remedy
from pg_catalog.pg_constraint as k
join relation as r on r.oid = k.conrelid and r.isolated
join relation as other on other.oid = k.confrelid and other.isolated
cross join tenancy as t
cross join lateral (
  select
    pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by key.place),
    pg_catalog.string_agg(pg_catalog.quote_ident(o.attname), ', ' order by key.place),
    coalesce(pg_catalog.bool_or(key.own = r.tenant_column and key.others = other.tenant_column), false)
  from rows from (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey)) with ordinality as key (own, others, place)
  join pg_catalog.pg_attribute as a on a.attrelid = k.conrelid and a.attnum = key.own
  join pg_catalog.pg_attribute as o on o.attrelid = k.confrelid and o.attnum = key.others
) as columns (own, others, has_tenant)
where k.contype = 'f' and k.conparentid = 0 and not columns.has_tenant
order by 1, 2, 3
