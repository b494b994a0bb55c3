drop table public.budget_optimization_jobs;
drop table public.investigations;
drop table public.llm_monthly_costs;
drop table public.llm_api_calls;
