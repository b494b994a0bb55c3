--! as: app_user
--! why: A pooled connection outlives the tenant it worked for; what is left behind must close the tables, neither opening them nor failing.
--! remedy: Migrate to head; set the context with SET LOCAL in every transaction, and let no policy accept an empty one.

begin;
select plan(28);

\ir ../setup.sql

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
