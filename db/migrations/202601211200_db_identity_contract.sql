-- The database identity contract: what the runtime may touch, and the two doors to what it may not.

-- The definer: nobody logs in as it and nobody is a member of it, it owns two functions and reads one table.
do $$
declare
  membership record;
  is_superuser boolean := (select rolsuper from pg_catalog.pg_roles where rolname = current_user);
begin
  if pg_catalog.to_regrole('app_security') is null then
    create role app_security;
  end if;

  -- A role left behind by hand keeps no members and no groups. What lets its maker give it on is the server's, and stays.
  for membership in
    select m.roleid::regrole as role, m.member::regrole as member, m.grantor::regrole as grantor
      from pg_catalog.pg_auth_members as m
     where 'app_security'::regrole in (m.roleid, m.member)
       and not (m.admin_option and pg_catalog.pg_get_userbyid(m.member) = current_user and not is_superuser)
     order by 1, 2, 3
  loop
    execute format('revoke %s from %s granted by %s cascade', membership.role, membership.member, membership.grantor);
  end loop;

  if exists (select from pg_catalog.pg_roles where rolname = 'app_security' and (rolsuper or rolreplication)) then
    alter role app_security nosuperuser noreplication;
  end if;

  -- Without BYPASSRLS the doors would silently go empty on the day tenants gets a policy.
  if not (select rolbypassrls from pg_catalog.pg_roles where rolname = 'app_security') then
    alter role app_security bypassrls;
  end if;
end
$$;

alter role app_security nologin inherit nocreatedb nocreaterole;

-- Who gives it a schema and functions must be able to become it; taken back at the end.
grant app_security to current_user;


-- Deny by default: whatever somebody granted by hand goes first, so the grants below are all there is.
revoke all on
  public.tenants,
  public.llm_api_calls,
  public.llm_monthly_costs,
  public.investigations,
  public.budget_optimization_jobs
from public, app_rw, app_ro, app_security;

-- The login role is made outside migrations and may not be there yet.
do $$
begin
  if pg_catalog.to_regrole('app_user') is not null then
    revoke all on
      public.tenants,
      public.llm_api_calls,
      public.llm_monthly_costs,
      public.investigations,
      public.budget_optimization_jobs
    from app_user;
  end if;
end
$$;


-- The doors. Every name in a body is qualified, and pg_temp comes last: no caller can put a table in between.
create schema security authorization app_security;
grant usage on schema public to app_security;
grant select on public.tenants to app_security;

create function security.list_tenant_ids()
returns table (tenant_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select t.id
    from public.tenants as t
   order by t.id
$$;

create function security.resolve_tenant_webhook_secrets(api_key_hash text)
returns table (
  tenant_id uuid,
  shopify_webhook_secret text,
  stripe_webhook_secret text,
  paypal_webhook_secret text,
  woocommerce_webhook_secret text
)
language sql stable security definer rows 1
set search_path = pg_catalog, pg_temp
as $$
  select t.id,
         t.shopify_webhook_secret,
         t.stripe_webhook_secret,
         t.paypal_webhook_secret,
         t.woocommerce_webhook_secret
    from public.tenants as t
   where t.api_key_hash = resolve_tenant_webhook_secrets.api_key_hash
   order by t.created_at, t.id
   limit 1
$$;

alter function security.list_tenant_ids() owner to app_security;
alter function security.resolve_tenant_webhook_secrets(text) owner to app_security;

revoke all on function security.list_tenant_ids() from public;
revoke all on function security.resolve_tenant_webhook_secrets(text) from public;

grant usage on schema security to app_rw;
grant execute on function security.list_tenant_ids() to app_rw;
grant execute on function security.resolve_tenant_webhook_secrets(text) to app_rw;

revoke app_security from current_user;


-- The least the workers need. Policies decide which rows; these decide which verbs.
grant select, insert on public.llm_api_calls to app_rw;
grant select, insert, update on public.llm_monthly_costs to app_rw;
grant select, insert on public.investigations to app_rw;
grant select, insert on public.budget_optimization_jobs to app_rw;


-- A session that once had a tenant is left with the empty string, which is no uuid: a worker that reused its connection
-- got an error where it should have seen nothing.
alter policy tenant_isolation_policy on public.llm_api_calls
  using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid);

alter policy tenant_isolation_policy on public.llm_monthly_costs
  using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid);

alter policy tenant_isolation_policy on public.investigations
  using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid);

alter policy tenant_isolation_policy on public.budget_optimization_jobs
  using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)
  with check (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid);
