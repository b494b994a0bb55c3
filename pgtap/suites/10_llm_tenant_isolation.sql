--! as: app_user
--! why: With a tenant context the worker does its work, and the other tenants are not there.
--! remedy: Migrate to head; a policy needs USING for what is seen and WITH CHECK for what is written, both on tenant_id.

begin;
select plan(50);

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

set local app.current_tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

-- A reads. The seeds hold two rows of A and one of B in every table.
select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '2 rows',
  format('app_user: SELECT on public.%s as A shows two rows', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

select is(
  pg_temp.attempt(format('select * from public.%I where tenant_id = ''aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa''', name)),
  '2 rows',
  format('app_user: SELECT on public.%s as A shows the rows of A', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

select is(
  pg_temp.attempt(format('select * from public.%I where tenant_id = ''bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb''', name)),
  '0 rows',
  format('app_user: SELECT on public.%s as A shows no row of B, not even when asked by name', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

-- A changes what it has.
select is(
  pg_temp.attempt('update public.llm_monthly_costs set total_calls = total_calls + 1'),
  '2 rows',
  'app_user: UPDATE on public.llm_monthly_costs as A reaches the rows of A'
)
|| E'\n' || diag('witness: app_user UPDATE public.llm_monthly_costs');

select is(
  pg_temp.attempt($$
    update public.llm_monthly_costs
       set total_calls = 0
     where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
  $$),
  '0 rows',
  'app_user: UPDATE on public.llm_monthly_costs as A reaches no row of B'
)
|| E'\n' || diag('witness: app_user UPDATE public.llm_monthly_costs');

select is(
  pg_temp.attempt($$
    update public.llm_monthly_costs
       set tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
     where month = '2025-12-01'
  $$),
  '42501: new row violates row-level security policy for table "llm_monthly_costs"',
  'app_user: UPDATE on public.llm_monthly_costs as A cannot give a row to B'
);

-- A writes. What it writes for B is refused; what it writes for itself is taken, and can be read back.
select is(
  pg_temp.attempt(format(new_row, 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb')),
  format('42501: new row violates row-level security policy for table "%s"', name),
  format('app_user: INSERT on public.%s as A is refused for a row of B', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa') || ' returning id'),
  '1 row',
  format('app_user: INSERT on public.%s as A succeeds for a row of A', name)
)
|| E'\n' || diag(format('witness: app_user INSERT public.%s', name))
from relation order by place;

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '3 rows',
  format('app_user: SELECT on public.%s as A shows the new row too', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

-- The two upserts of the workers: claiming a call once, adding up a month.
select is(
  pg_temp.attempt(
    (select format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa') from relation where name = 'llm_api_calls')
    || ' on conflict (tenant_id, request_id, endpoint) do nothing'
  ),
  '0 rows',
  'app_user: INSERT on public.llm_api_calls as A claims the same request only once'
)
|| E'\n' || diag('witness: app_user INSERT public.llm_api_calls');

select is(
  pg_temp.attempt(
    (select format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa') from relation where name = 'llm_monthly_costs')
    || ' on conflict (tenant_id, month) do update set total_calls = llm_monthly_costs.total_calls + 1'
  ),
  '1 row',
  'app_user: INSERT or UPDATE on public.llm_monthly_costs as A adds to the month it already has'
)
|| E'\n' || diag('witness: app_user INSERT/UPDATE public.llm_monthly_costs');

-- B, in the same session.
set local app.current_tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '1 row',
  format('app_user: SELECT on public.%s as B shows the row of B', name)
)
|| E'\n' || diag(format('witness: app_user SELECT public.%s', name))
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa')),
  format('42501: new row violates row-level security policy for table "%s"', name),
  format('app_user: INSERT on public.%s as B is refused for a row of A', name)
)
from relation order by place;

select is(
  pg_temp.attempt('update public.llm_monthly_costs set total_calls = total_calls + 1'),
  '1 row',
  'app_user: UPDATE on public.llm_monthly_costs as B reaches the row of B'
)
|| E'\n' || diag('witness: app_user UPDATE public.llm_monthly_costs');

-- Somebody who is no tenant.
set local app.current_tenant_id = 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee';

select is(
  pg_temp.attempt(format('select * from public.%I', name)),
  '0 rows',
  format('app_user: SELECT on public.%s as a uuid that is no tenant shows no row', name)
)
from relation order by place;

select is(
  pg_temp.attempt(format(new_row, 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee')),
  format('23503: insert or update on table "%s" violates foreign key constraint "%s_tenant_id_fkey"', name, name),
  format('app_user: INSERT on public.%s as a uuid that is no tenant breaks the foreign key', name)
)
from relation order by place;

-- With a context, too, the verbs that were not granted stay denied.
select is(
  pg_temp.attempt(format('delete from public.%I', name)),
  format('42501: permission denied for table %s', name),
  format('app_user: DELETE on public.%s is denied with a tenant context too', name)
)
from relation order by place;

select * from finish();
rollback;
