-- Gives everything that the superuser, who runs this, made in a database to a new role that is none.
create role postgres login createrole createdb;

do $$
declare
  statement text;
begin
  for statement in
    select pg_catalog.format('alter database %I owner to postgres', pg_catalog.current_database())
    union all
    select pg_catalog.format('alter schema %I owner to postgres', n.nspname)
    from pg_catalog.pg_namespace as n
    where n.nspowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
    union all
    select pg_catalog.format('alter table %s owner to postgres', c.oid::regclass)
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    where c.relowner = current_user::regrole and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
      and not exists (
        select from pg_catalog.pg_depend as d
        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype in ('i', 'a', 'e') and c.relkind = 'S'
      )
    union all
    select pg_catalog.format('alter routine %s owner to postgres', p.oid::regprocedure)
    from pg_catalog.pg_proc as p
    join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
    where p.proowner = current_user::regrole and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rolecall_tap')
    union all
    select pg_catalog.format('grant %I to postgres with admin option, inherit false, set false', r.rolname)
    from pg_catalog.pg_roles as r
    where not r.rolsuper and r.rolname !~ '^pg_' and r.rolname <> 'postgres'
  loop
    execute statement;
  end loop;
end
$$;
