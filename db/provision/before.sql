-- The login the application connects as. Its password is set by whoever provisions it, never here.
do $$
begin
  if pg_catalog.to_regrole('app_user') is null then
    create role app_user;
  end if;
end
$$;

alter role app_user login inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
