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
    '%8$sALTER TABLE %4$s DROP CONSTRAINT %5$I, ADD CONSTRAINT %5$I FOREIGN KEY (%2$I, %6$s) REFERENCES %1$s (%2$I, %3$s)%7$s;',
    other.name, t.tenant_column, columns.others, r.name, k.conname, columns.own,
    pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), '^FOREIGN KEY \([^)]*\) REFERENCES [^(]*\([^)]*\)', ''),
    case when not parent.has_key then
      pg_catalog.format(
        'ALTER TABLE %s ADD UNIQUE (%I, %s)%s; ', other.name, t.tenant_column, columns.others,
        case when pg_catalog.count(*) over (partition by other.oid, columns.others) > 1 then ' /* once, for each foreign key to it */' end
      )
    end
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
cross join lateral (
  select exists (
    select
    from pg_catalog.pg_index as i
    where
      i.indrelid = other.oid and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
      -- The order of a key's columns makes no difference to a foreign key. What an index only includes is not of its key.
      and (select pg_catalog.array_agg(i.indkey[n] order by i.indkey[n]) from pg_catalog.generate_series(0, i.indnkeyatts - 1) as n)
        = (
          select pg_catalog.array_agg(a.attnum order by a.attnum)
          from pg_catalog.pg_attribute as a
          where a.attrelid = other.oid and (a.attname = t.tenant_column or a.attnum = any (k.confkey))
        )
  )
) as parent (has_key)
where k.contype = 'f' and k.conparentid = 0 and not columns.has_tenant
order by 1, 2, 3
