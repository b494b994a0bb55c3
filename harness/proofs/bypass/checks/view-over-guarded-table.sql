--! title: A view reads a guarded table with its owner's rights.
--! severity: high
--! why: Without security_invoker a view reads as its owner, so whoever may use the view sees rows that row-level security or a missing grant keeps from them on the table.
--! remedy: Switch security_invoker on (PostgreSQL 15 and later), or revoke the view from runtime roles.
--! source: CREATE VIEW, security_invoker; Rules and Privileges
select
  v.name as object,
  g.name as identity,
  '' as access,
  pg_catalog.format('%s may use %s, which reads %s as %I', g.name, v.name, reads.tables, owner.rolname) as message,
  case when pg_catalog.current_setting('server_version_num')::integer < 150000
    then pg_catalog.format('REVOKE ALL ON %s FROM %s;', v.name, g.quoted)
    else pg_catalog.format('ALTER VIEW %s SET (security_invoker = true);', v.name)
  end as remedy
from relation as v
join pg_catalog.pg_roles as owner on owner.oid = v.owner
join (
  select distinct relation, name, quoted from granted where privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
) as g on g.relation = v.oid
join (
  select s.top, pg_catalog.string_agg(distinct r.name, ', ')
  from reading as s
  join relation as r on r.oid = s.relation and r.guarded
  join pg_catalog.pg_roles as reader on reader.oid = s.reader
  -- If policies restrict the view's owner and all policies apply to everybody, the view shows what the session would see.
  where s.stored or r.only_through or reader.rolsuper or reader.rolbypassrls
    or not r.forced and pg_catalog.pg_has_role(reader.oid, r.owner, 'USAGE')
    or exists (select from pg_catalog.pg_policy as p where p.polrelid = r.oid and p.polroles <> '{0}')
  group by s.top
) as reads (top, tables) on reads.top = v.oid
where v.kind = 'v'
order by 1, 2, 3
