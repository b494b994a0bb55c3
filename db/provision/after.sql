-- The login gets its rights through the group, and the group comes from a migration.
do $$
begin
  if pg_catalog.to_regrole('app_rw') is not null then
    grant app_rw to app_user;
  end if;
end
$$;

-- PostgreSQL 14 still lets everybody create in public.
revoke create on schema public from public;
grant usage on schema public to app_user;
