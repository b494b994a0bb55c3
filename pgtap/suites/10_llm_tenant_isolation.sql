--! as: app_user
--! why: With a tenant context the worker does its work, and the other tenants are not there.
--! remedy: Migrate to head; a policy needs USING for what is seen and WITH CHECK for what is written, both on tenant_id.

begin;
select plan(50);

\ir ../setup.sql

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
