-- What the migrator of production is given. From PostgreSQL 16 on it makes the definer itself, for it has BYPASSRLS too; before,
-- only a superuser makes a role that has it.
do $$
begin
  if pg_catalog.current_setting('server_version_num')::int < 160000 then
    create role app_security bypassrls;
  end if;
end
$$;
