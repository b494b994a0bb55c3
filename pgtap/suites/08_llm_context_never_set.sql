--! as: app_user
--! why: A worker that forgot to say which tenant it works for must see nothing and write nothing.
--! remedy: Migrate to head; a policy must compare tenant_id with the context and with nothing else.

begin;
select plan(25);

\ir ../setup.sql

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
