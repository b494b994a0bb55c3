--! title: A unique key of a tenants' table leaves the tenant out.
--! severity: low
--! why: A key is unique over all tenants: a session that writes a value learns by the error, or by ON CONFLICT, whether a hidden row of another tenant holds it.
--! remedy: Make the tenant column part of the key, or let the server choose random values for it.
--! source: Row Security Policies, covert channels
select
  r.name as object,
  '' as identity,
  i.relname::text as access,
  pg_catalog.format('the key %I of %s leaves %I out, so writing shows which values other tenants hold', i.relname, r.name, t.tenant_column) as message,
  case
    when k.contype = 'x' then pg_catalog.format('-- Make %I part of the exclusion constraint %I of %s.', t.tenant_column, k.conname, r.name)
    when k.contype is not null then pg_catalog.format(
      'ALTER TABLE %1$s DROP CONSTRAINT %2$I, ADD CONSTRAINT %2$I %3$s (%4$I, %5$s);',
      r.name, k.conname, case k.contype when 'p' then 'PRIMARY KEY' else 'UNIQUE' end, t.tenant_column, columns.names
    )
    else pg_catalog.format(
      'DROP INDEX %s; %s;',
      x.indexrelid::regclass, pg_catalog.regexp_replace(pg_catalog.pg_get_indexdef(x.indexrelid), ' USING btree \(', pg_catalog.format(' USING btree (%I, ', t.tenant_column))
    )
  end as remedy
from pg_catalog.pg_index as x
join relation as r on r.oid = x.indrelid and r.isolated
join pg_catalog.pg_class as i on i.oid = x.indexrelid
left join pg_catalog.pg_constraint as k on k.conindid = x.indexrelid and k.contype in ('p', 'u', 'x')
cross join tenancy as t
cross join lateral (
  select
    pg_catalog.string_agg(pg_catalog.pg_get_indexdef(x.indexrelid, key.place::integer, true), ', ' order by key.place),
    coalesce(pg_catalog.bool_or(key.number = r.tenant_column), false),
    -- Nobody can guess a random key.
    pg_catalog.bool_or(pg_catalog.pg_get_expr(d.adbin, d.adrelid) ~ '^([[:alnum:]_"]+\.)?(gen_random_uuid|uuid_generate_v[14]|uuidv[47])\(')
  from pg_catalog.unnest(x.indkey) with ordinality as key (number, place)
  left join pg_catalog.pg_attrdef as d on d.adrelid = x.indrelid and d.adnum = key.number
  where key.place <= x.indnkeyatts
) as columns (names, has_tenant, is_random)
where (x.indisunique or x.indisexclusion)
  and not columns.has_tenant and columns.is_random is distinct from true
  and exists (select from granted as g where g.relation = r.oid and g.privilege in ('INSERT', 'UPDATE'))
  and not exists (select from pg_catalog.pg_inherits as h where h.inhrelid = x.indexrelid)
order by 1, 2, 3
