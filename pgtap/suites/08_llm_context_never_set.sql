--! as: app_user
--! why: A worker that forgot to say which tenant it works for must see nothing and write nothing.
--! remedy: Migrate to head; a policy must compare tenant_id with the context and with nothing else.

begin;
select plan(25);

-- What a statement does for this login: the rows it reaches, or the refusal it gets.
create function pg_temp.attempt(statement text) returns text
language plpgsql
as $$
declare
  reached bigint;
begin
  execute statement;
  get diagnostics reached = row_count;
  return reached || case reached when 1 then ' row' else ' rows' end;
exception
  when others then
    return sqlstate || ': ' || sqlerrm;
end
$$;

-- A row of each tenant table that fits any tenant.
create temporary table relation (place, name, new_row) as
values
  (1, 'llm_api_calls', $$
    insert into public.llm_api_calls
      (tenant_id, endpoint, model, request_id, input_tokens, output_tokens, cost_cents, latency_ms)
    values (%L, '/v1/chat', 'small', 'request-of-the-suite', 1, 1, 1, 1)
  $$),
  (2, 'llm_monthly_costs', $$
    insert into public.llm_monthly_costs (tenant_id, month, total_cost_cents, total_calls, model_breakdown)
    values (%L, '2026-03-01', 1, 1, '{}')
  $$),
  (3, 'investigations', $$
    insert into public.investigations (tenant_id, query, status)
    values (%L, 'why?', 'pending')
  $$),
  (4, 'budget_optimization_jobs', $$
    insert into public.budget_optimization_jobs (tenant_id, status)
    values (%L, 'pending')
  $$);

select is(
  current_setting('app.current_tenant_id', true),
  null,
  'app_user: this session never had a tenant context'
);

select is(
  row_security_active(to_regclass('public.' || name)),
  true,
  format('app_user: row level security is active on public.%s', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '0 rows',
  format('app_user: SELECT on public.%s shows no row without a tenant context', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')),
  format('42501: new row violates row-level security policy for table "%s"', name),
  format('app_user: INSERT on public.%s is refused by the policy without a tenant context', name)
)
from relation order by place;

select is(
  pg_temp.attempt('update public.llm_monthly_costs set total_calls = 0'),
  '0 rows',
  'app_user: UPDATE on public.llm_monthly_costs reaches no row without a tenant context'
);

select is(
  pg_temp.attempt(format('update public.%I set tenant_id = tenant_id', name)),
  format('42501: permission denied for table %s', name),
  format('app_user: UPDATE on public.%s is denied', name)
)
from relation where name <> 'llm_monthly_costs' order by place;

select is(
  pg_temp.attempt(format('delete from public.%I', name)),
  format('42501: permission denied for table %s', name),
  format('app_user: DELETE on public.%s is denied', name)
)
from relation order by place;

-- A login that row level security does not bind would get rows here instead of an error.
set local row_security = off;

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  format('42501: query would be affected by row-level security policy for table "%s"', name),
  format('app_user: SELECT on public.%s cannot turn row level security off', name)
)
from relation order by place;

select * from finish();
rollback;
