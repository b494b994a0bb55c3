--! as: app_user
--! why: A pooled connection outlives the tenant it worked for; what is left behind must close the tables, neither opening them nor failing.
--! remedy: Migrate to head; set the context with SET LOCAL in every transaction, and let no policy accept an empty one.

begin;
select plan(28);

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

-- Gone by rollback. What stays is the empty string: a used session never gets back to "never set".
savepoint work;
set local app.current_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
rollback to savepoint work;

select is(
  current_setting('app.current_tenant_id', true),
  '',
  'app_user: the tenant context is empty after the work was rolled back'
);

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '0 rows',
  format('app_user: SELECT on public.%s shows no row after the work was rolled back', name)
)
from relation order by place;

-- The positive control: the same statement works while the context is there.
set local app.current_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '2 rows',
  format('app_user: SELECT on public.%s works while the tenant context is there', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

-- Gone by RESET.
reset app.current_tenant_id;

select is(
  current_setting('app.current_tenant_id', true),
  '',
  'app_user: the tenant context is empty after RESET'
);

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '0 rows',
  format('app_user: SELECT on public.%s shows no row after RESET', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')),
  format('42501: new row violates row-level security policy for table "%s"', name),
  format('app_user: INSERT on public.%s is refused by the policy after RESET', name)
)
from relation order by place;

select is(
  pg_temp.attempt('update public.llm_monthly_costs set total_calls = 0'),
  '0 rows',
  'app_user: UPDATE on public.llm_monthly_costs reaches no row after RESET'
);

-- Never a tenant at all.
set local app.current_tenant_id = ''' or true --';

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '22P02: invalid input syntax for type uuid: "'' or true --"',
  format('app_user: SELECT on public.%s is an error in a tenant context that is no uuid', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')),
  '22P02: invalid input syntax for type uuid: "'' or true --"',
  format('app_user: INSERT on public.%s is an error in a tenant context that is no uuid', name)
)
from relation order by place;

select is(
  pg_temp.attempt('update public.llm_monthly_costs set total_calls = 0'),
  '22P02: invalid input syntax for type uuid: "'' or true --"',
  'app_user: UPDATE on public.llm_monthly_costs is an error in a tenant context that is no uuid'
);

select * from finish();
rollback;
