--! title: A view reads a guarded table with its owner's rights.
--! severity: high
--! why: Without security_invoker a view reads as its owner, so whoever may use the view sees rows that row-level security or a missing grant keeps from them on the table.
--! remedy: Switch security_invoker on (PostgreSQL 15 and later), or revoke the view from runtime roles. Over a materialized view, which has no row security, compare the tenant column with the setting in the view's own WHERE and switch security_barrier on.
--! source: CREATE VIEW, security_invoker; Rules and Privileges
select
  v.name as object,
  g.name as identity,
  '' as access,
  case
    when seen.filters then pg_catalog.format(
      '%s may use %s, which filters the stored rows of %s by %s without security_barrier: what a query computes may see the rows of others before the filter does',
      g.name, v.name, reads.tables, t.setting
    )
    when reads.stored then pg_catalog.format(
      '%s may use %s, which shows the stored rows of %s%s', g.name, v.name, reads.tables,
      ', and no plain comparison of its own with ' || t.setting || ' limits them'
    )
    else pg_catalog.format('%s may use %s, which reads %s as %I', g.name, v.name, reads.tables, owner.rolname)
  end as message,
  case
    when seen.filters then pg_catalog.format('ALTER VIEW %s SET (security_barrier = true);', v.name)
    -- A materialized view has no row security that an invoker could be held by.
    when reads.stored or pg_catalog.current_setting('server_version_num')::integer < 150000
      then pg_catalog.format('REVOKE ALL ON %s FROM %s;', v.name, g.quoted)
    else pg_catalog.format('ALTER VIEW %s SET (security_invoker = true);', v.name)
  end as remedy
from relation as v
left join tenancy as t on t.setting is not null
join pg_catalog.pg_class as c on c.oid = v.oid
join pg_catalog.pg_roles as owner on owner.oid = v.owner
join (
  select distinct relation, name, quoted from granted where privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
) as g on g.relation = v.oid
join (
  select s.top, pg_catalog.string_agg(distinct r.name, ', '), pg_catalog.bool_or(s.stored or r.kind = 'm'), pg_catalog.bool_and(s.stored or r.kind = 'm')
  from reading as s
  join relation as r on r.oid = s.relation and r.guarded
  join pg_catalog.pg_roles as reader on reader.oid = s.reader
  -- If policies restrict the view's owner and all policies apply to everybody, the view shows what the session would see.
  where s.stored or r.only_through or reader.rolsuper or reader.rolbypassrls
    or not r.forced and pg_catalog.pg_has_role(reader.oid, r.owner, 'USAGE')
    or exists (select from pg_catalog.pg_policy as p where p.polrelid = r.oid and p.polroles <> '{0}')
  group by s.top
) as reads (top, tables, stored, only_stored) on reads.top = v.oid
-- The server's own words for the view: one relation, and a WHERE whose first or last condition compares the tenant column with
-- the setting. Where it stands elsewhere, something around it may let other rows through.
cross join lateral (
  values (
    '(?:[\w"]+\.)?' || pg_catalog.regexp_replace(pg_catalog.quote_ident(t.tenant_column), '([^\w"])', '\\\1', 'g'),
    pg_catalog.format('current_setting\(%s::text(?:, true|, false)?\)', pg_catalog.regexp_replace(pg_catalog.quote_literal(t.setting), '([^\w''])', '\\\1', 'g'))
  )
) as named (tenant_column, setting)
cross join lateral (values (pg_catalog.format('(?:%1$s|NULLIF\(%1$s, ''''::text\))', named.setting))) as bare (value)
cross join lateral (values (pg_catalog.format('(?:%1$s|\(%1$s\)::[\w "]+)', bare.value))) as typed (value)
cross join lateral (
  values (pg_catalog.format('\((?:%1$s|\(%1$s\)::text) = (?:%2$s|\( SELECT %2$s AS [\w"]+\))\)', named.tenant_column, typed.value))
) as said (comparison)
cross join lateral (
  values (
    reads.only_stored and t.setting is not null
      and pg_catalog.pg_get_viewdef(v.oid) !~ '\m(UNION|INTERSECT|EXCEPT)\M'
      and pg_catalog.pg_get_viewdef(v.oid) ~ pg_catalog.format(
        '\n   FROM [^\s,()]+(?: [^\s,()]+)?\n  WHERE (?:%1$s(?:;|\n)|\(%1$s AND |\(.* AND %1$s\)(?:;$|\n {1,2}\S))', said.comparison
      ),
    coalesce((
      select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_barrier'
    ), false)
  )
) as seen (filters, barrier)
where v.kind = 'v' and not (seen.filters and seen.barrier)
order by 1, 2, 3
