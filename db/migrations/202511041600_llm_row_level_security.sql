-- FORCE, so that the owner of a table is held to its policy as well.
alter table public.llm_api_calls enable row level security;
alter table public.llm_api_calls force row level security;

create policy tenant_isolation_policy on public.llm_api_calls
  as permissive for all to public
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter table public.llm_monthly_costs enable row level security;
alter table public.llm_monthly_costs force row level security;

create policy tenant_isolation_policy on public.llm_monthly_costs
  as permissive for all to public
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter table public.investigations enable row level security;
alter table public.investigations force row level security;

create policy tenant_isolation_policy on public.investigations
  as permissive for all to public
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);

alter table public.budget_optimization_jobs enable row level security;
alter table public.budget_optimization_jobs force row level security;

create policy tenant_isolation_policy on public.budget_optimization_jobs
  as permissive for all to public
  using (tenant_id = current_setting('app.current_tenant_id', true)::uuid)
  with check (tenant_id = current_setting('app.current_tenant_id', true)::uuid);
