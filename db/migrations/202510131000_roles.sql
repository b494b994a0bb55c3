-- Roles belong to the cluster: another database may have made them already, with other attributes.
do $$
begin
  if pg_catalog.to_regrole('app_rw') is null then
    create role app_rw;
  end if;

  if pg_catalog.to_regrole('app_ro') is null then
    create role app_ro;
  end if;
end
$$;

-- Who is no superuser may not even say nosuperuser: it is said where there is something to take.
do $$
declare
  name text;
begin
  for name in
    select rolname
      from pg_catalog.pg_roles
     where rolname in ('app_rw', 'app_ro') and (rolsuper or rolreplication or rolbypassrls)
  loop
    execute format('alter role %I nosuperuser noreplication nobypassrls', name);
  end loop;
end
$$;

alter role app_rw nologin inherit nocreatedb nocreaterole;
alter role app_ro nologin inherit nocreatedb nocreaterole;
