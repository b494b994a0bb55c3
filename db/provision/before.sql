-- The login the application connects as. Its password is set by whoever provisions it, never here.
do $$
begin
  if pg_catalog.to_regrole('app_user') is null then
    create role app_user;
  end if;

  -- Who is no superuser may not even say nosuperuser: it is said where there is something to take.
  if exists (
    select from pg_catalog.pg_roles where rolname = 'app_user' and (rolsuper or rolreplication or rolbypassrls)
  ) then
    alter role app_user nosuperuser noreplication nobypassrls;
  end if;
end
$$;

alter role app_user login inherit nocreatedb nocreaterole;
