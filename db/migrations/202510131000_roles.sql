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

alter role app_rw nologin inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role app_ro nologin inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
