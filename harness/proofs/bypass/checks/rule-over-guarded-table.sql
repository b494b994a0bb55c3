--! title: A rule reaches a guarded table with the rights of another table's owner.
--! severity: medium
--! why: What a rule adds to a statement is done as the owner of the rule's table; no grant on the guarded table is asked for, and no policy where the owner escapes it.
--! remedy: Drop the rule, or replace it by a trigger, which runs as the session.
--! source: Rules and Privileges
select
  r.name as object,
  g.name as identity,
  w.rulename::text as access,
  pg_catalog.format('%s may %s %s, and the rule %I then reaches %s as %I', g.name, g.privilege, r.name, w.rulename, pg_catalog.string_agg(distinct t.name, ', '), owner.rolname) as message,
  pg_catalog.format('DROP RULE %I ON %s;', w.rulename, r.name) as remedy
from pg_catalog.pg_rewrite as w
join relation as r on r.oid = w.ev_class
join pg_catalog.pg_roles as owner on owner.oid = r.owner
join granted as g on g.relation = r.oid and g.privilege = case w.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' when '4' then 'DELETE' end
join pg_catalog.pg_depend as d
  on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
  and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> r.oid
join relation as t on t.oid = d.refobjid and t.guarded
where w.ev_type <> '1'
  and (
    t.only_through or owner.rolsuper or owner.rolbypassrls
    or not t.forced and pg_catalog.pg_has_role(owner.oid, t.owner, 'USAGE')
    or exists (select from pg_catalog.pg_policy as p where p.polrelid = t.oid and p.polroles <> '{0}')
  )
group by r.name, g.name, g.privilege, w.rulename, owner.rolname
order by 1, 2, 3
