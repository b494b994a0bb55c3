create table public.llm_api_calls (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  created_at timestamptz not null default now(),
  endpoint text not null,
  model text not null,
  request_id text not null,
  input_tokens integer not null,
  output_tokens integer not null,
  cost_cents integer not null,
  latency_ms integer not null,
  was_cached boolean default false,
  request_metadata jsonb,
  constraint llm_api_calls_input_tokens_not_negative check (input_tokens >= 0),
  constraint llm_api_calls_output_tokens_not_negative check (output_tokens >= 0),
  constraint llm_api_calls_cost_cents_not_negative check (cost_cents >= 0),
  constraint llm_api_calls_latency_ms_not_negative check (latency_ms >= 0)
);

create table public.llm_monthly_costs (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  created_at timestamptz not null default now(),
  month date not null,
  total_cost_cents integer not null,
  total_calls integer not null,
  model_breakdown jsonb not null,
  constraint llm_monthly_costs_month_key unique (tenant_id, month),
  constraint llm_monthly_costs_total_cost_cents_not_negative check (total_cost_cents >= 0),
  constraint llm_monthly_costs_total_calls_not_negative check (total_calls >= 0)
);

create table public.investigations (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  query text not null,
  status text not null,
  result jsonb,
  cost_cents integer default 0,
  constraint investigations_status_known check (status in ('pending', 'running', 'completed', 'failed'))
);

create table public.budget_optimization_jobs (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  status text not null,
  recommendations jsonb,
  cost_cents integer default 0,
  constraint budget_optimization_jobs_status_known check (status in ('pending', 'running', 'completed', 'failed'))
);

create index llm_api_calls_tenant_idx on public.llm_api_calls (tenant_id, created_at);
create index investigations_tenant_idx on public.investigations (tenant_id, created_at);
create index budget_optimization_jobs_tenant_idx on public.budget_optimization_jobs (tenant_id, created_at);
