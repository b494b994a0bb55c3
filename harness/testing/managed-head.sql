-- Gives everything that the superuser, who runs this, made in a database to the role in the setting rolecall.admin, and, if that
-- role may make roles, the memberships that PostgreSQL 16 gives their creator.

do $$
declare
  statement text;
  admin name := pg_catalog.current_setting('rolecall.admin');
  made name[] := array['app_user', 'app_rw', 'app_ro', 'app_security'];
begin
  for statement in
    select pg_catalog.format('alter database %I owner to %I', pg_catalog.current_database(), admin)
    union all
    select pg_catalog.format('alter schema %I owner to %I', n.nspname, admin)
    from pg_catalog.pg_namespace as n
    where n.nspowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
    union all
    select pg_catalog.format('alter table %s owner to %I', c.oid::regclass, admin)
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
      and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('i', 'a', 'e') and c.relkind = 'S'
      )
    union all
    select pg_catalog.format('alter routine %s owner to %I', p.oid::regprocedure, admin)
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where p.proowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
    union all
    select pg_catalog.format('grant %I to %I with admin option, inherit false, set false', r.rolname, admin)
    from pg_catalog.pg_roles as r
    where r.rolname = any (made) and (select a.rolcreaterole from pg_catalog.pg_roles as a where a.rolname = admin)
  loop
    execute statement;
  end loop;
end
$$;
