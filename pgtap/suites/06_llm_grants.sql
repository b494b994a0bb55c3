--! as: postgres
--! why: The workers get the verbs they use and no more; row level security only filters what a grant lets through.
--! remedy: Migrate to head; then GRANT or REVOKE on the table until its list is the one in db/contract.yaml.

begin;
select plan(38);

create temporary view verb as
select *
  from (
    values
      (1, 'llm_api_calls', array['INSERT', 'SELECT']),
      (2, 'llm_monthly_costs', array['INSERT', 'SELECT', 'UPDATE']),
      (3, 'investigations', array['INSERT', 'SELECT']),
      (4, 'budget_optimization_jobs', array['INSERT', 'SELECT'])
  ) as verb (place, relation, granted);

-- What app_user ends up with, whatever the path.
select is(
  pg_catalog.has_table_privilege(to_regrole('app_user')::oid, to_regclass('public.' || relation), privilege),
  true,
  format('app_user: %s on public.%s is granted', privilege, relation)
)
|| E'\n' || diag(format('witness: app_user %s public.%s', privilege, relation))
from verb cross join lateral unnest(granted) with ordinality as p (privilege, number)
order by place, number;

select table_privs_are(
  'public', relation, 'app_user', granted,
  format('app_user: %s on public.%s is granted, and nothing else', array_to_string(granted, ', '), relation)
)
|| E'\n' || diag(format('witness: app_user %s public.%s', array_to_string(granted, '/'), relation))
from verb order by place;

select table_privs_are(
  'public', relation, 'app_rw', granted,
  format('app_rw: %s on public.%s is granted, and nothing else', array_to_string(granted, ', '), relation)
)
from verb order by place;

select table_privs_are('public', relation, 'app_ro', '{}', format('app_ro: nothing on public.%s is granted', relation))
from verb order by place;

select table_privs_are('public', relation, 'public', '{}', format('PUBLIC: nothing on public.%s is granted', relation))
from verb order by place;

select table_privs_are('public', relation, 'app_security', '{}', format('app_security: nothing on public.%s is granted', relation))
from verb order by place;

-- The whole list, so that a privilege nobody thought of (MAINTAIN, a grant option, another role) shows too.
select is(
  (
    select array_agg(
        g.grantee::regrole || ' ' || g.privilege_type || case when g.is_grantable then ' WITH GRANT OPTION' else '' end
        order by g.grantee::regrole::text, g.privilege_type
      )
      from pg_catalog.pg_class as c
     cross join lateral pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) as g
     where c.oid = to_regclass('public.' || relation)
       and g.grantee <> c.relowner
  ),
  array(select 'app_rw ' || privilege from unnest(granted) as privilege order by privilege),
  format('public.%s: beside the owner only app_rw is granted anything', relation)
)
from verb order by place;

select is_empty(
  format(
    'select a.attname from pg_catalog.pg_attribute as a where a.attrelid = to_regclass(%L) and a.attacl is not null order by 1',
    'public.' || relation
  ),
  format('public.%s: no column has a grant of its own', relation)
)
from verb order by place;

select results_eq(
  $$
    select c.oid::regclass || ' ' || g.privilege_type
      from pg_catalog.pg_class as c
     cross join lateral pg_catalog.aclexplode(c.relacl) as g
     where g.grantee = to_regrole('app_security')
     order by 1
  $$,
  array['tenants SELECT'],
  'app_security: SELECT on public.tenants is all it is granted on any table'
);

select * from finish();
rollback;
