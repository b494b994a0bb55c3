alter policy tenant_isolation_policy on public.budget_optimization_jobs
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter policy tenant_isolation_policy on public.investigations
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter policy tenant_isolation_policy on public.llm_monthly_costs
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter policy tenant_isolation_policy on public.llm_api_calls
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

revoke select, insert on public.budget_optimization_jobs from app_rw;
revoke select, insert on public.investigations from app_rw;
revoke select, insert, update on public.llm_monthly_costs from app_rw;
revoke select, insert on public.llm_api_calls from app_rw;

-- Only the owner drops them.
grant app_security to current_user;

drop function security.resolve_tenant_webhook_secrets(text);
drop function security.list_tenant_ids();
drop schema security;

revoke app_security from current_user;

-- Every grant the role was given must go before the role can.
revoke select on public.tenants from app_security;
revoke usage on schema public from app_security;

do $$
begin
  drop role app_security;
exception
  when dependent_objects_still_exist then
    raise notice 'app_security stays: another database of this cluster depends on it';
end
$$;
