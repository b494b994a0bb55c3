--! as: app_user
--! why: What the catalog says is a promise; what a real login is told is the fact.
--! remedy: Find the path with `rolecall why app_user SELECT public.tenants`, then REVOKE it.

begin;
select plan(12);

select is(
  session_user || ' as ' || current_user,
  'app_user as app_user',
  'app_user: is the login itself, not a SET ROLE'
);

select throws_ok(
  attempt.statement, '42501', 'permission denied for table tenants',
  format('app_user: %s on public.tenants is denied, %s', attempt.privilege, attempt.manner)
)
|| E'\n' || diag(format('witness: app_user %s public.tenants', attempt.privilege))
from (
  values
    (1, 'SELECT', 'all columns', 'select * from public.tenants'),
    (2, 'SELECT', 'the key column alone', 'select id from public.tenants'),
    (3, 'SELECT', 'counting rows', 'select count(*) from public.tenants'),
    (4, 'SELECT', 'no rows wanted', 'select from public.tenants where false'),
    (5, 'SELECT', 'inside a subquery', 'select (select name from public.tenants limit 1)'),
    (6, 'UPDATE', 'by locking a row', 'select id from public.tenants for update'),
    (7, 'INSERT', 'a row of defaults', 'insert into public.tenants default values'),
    (8, 'UPDATE', 'every row', 'update public.tenants set name = name'),
    (9, 'DELETE', 'every row', 'delete from public.tenants'),
    (10, 'TRUNCATE', 'with everything that refers to it', 'truncate public.tenants cascade')
) as attempt (place, privilege, manner, statement)
order by attempt.place;

select throws_ok(
  'create table public.tenants_copy (id uuid)', '42501', 'permission denied for schema public',
  'app_user: CREATE on schema public is denied'
);

select * from finish();
rollback;
