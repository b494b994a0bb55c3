-- A policy that takes "no tenant" for "every tenant".
alter policy tenant_isolation_policy on public.investigations
  using (tenant_id = coalesce(nullif(current_setting('app.current_tenant_id', true), '')::uuid, tenant_id));
