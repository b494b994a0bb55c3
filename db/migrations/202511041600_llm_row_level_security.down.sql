drop policy tenant_isolation_policy on public.budget_optimization_jobs;
alter table public.budget_optimization_jobs no force row level security;
alter table public.budget_optimization_jobs disable row level security;

drop policy tenant_isolation_policy on public.investigations;
alter table public.investigations no force row level security;
alter table public.investigations disable row level security;

drop policy tenant_isolation_policy on public.llm_monthly_costs;
alter table public.llm_monthly_costs no force row level security;
alter table public.llm_monthly_costs disable row level security;

drop policy tenant_isolation_policy on public.llm_api_calls;
alter table public.llm_api_calls no force row level security;
alter table public.llm_api_calls disable row level security;
