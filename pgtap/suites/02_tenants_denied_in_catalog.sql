--! as: postgres
--! why: public.tenants holds every tenant's webhook secrets: no runtime identity may have any privilege on it, by any path.
--! remedy: REVOKE ALL on public.tenants from the role the failed line names; resolve tenants through schema security.

begin;
select plan(33);

select is(
  pg_catalog.has_table_privilege(who.role, to_regclass('public.tenants'), verb.privilege),
  false,
  format('%s: %s on public.tenants is not granted', who.label, verb.privilege)
)
|| E'\n' || diag(format('witness: %s %s public.tenants', who.label, verb.privilege))
from (
  values
    (1, to_regrole('app_user')::oid, 'app_user'),
    (2, to_regrole('app_rw')::oid, 'app_rw'),
    (3, to_regrole('app_ro')::oid, 'app_ro'),
    (4, 0::oid, 'PUBLIC')
) as who (place, role, label)
cross join (
  values (1, 'SELECT'), (2, 'INSERT'), (3, 'UPDATE'), (4, 'DELETE'), (5, 'TRUNCATE'), (6, 'REFERENCES')
) as verb (place, privilege)
order by who.place, verb.place;

-- has_table_privilege() does not see column grants.
select any_column_privs_are(
  'public', 'tenants', who.role, '{}',
  format('%s: no column of public.tenants is granted, for SELECT or anything else', who.label)
)
|| E'\n' || diag(format('witness: %s SELECT public.tenants', who.label))
from (
  values (1, 'app_user', 'app_user'), (2, 'app_rw', 'app_rw'), (3, 'app_ro', 'app_ro'), (4, 'public', 'PUBLIC')
) as who (place, role, label)
order by who.place;

select is_empty(
  $$
    select a.attname
      from pg_catalog.pg_attribute as a
     where a.attrelid = to_regclass('public.tenants')
       and a.attacl is not null
     order by 1
  $$,
  'public.tenants: no column has a grant of its own'
);

-- The whole list, so that a privilege nobody thought of (TRIGGER, MAINTAIN, a grant option) shows too.
select is_empty(
  $$
    select g.grantee::regrole, g.privilege_type, g.is_grantable
      from pg_catalog.pg_class as c
     cross join lateral pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) as g
     where c.oid = to_regclass('public.tenants')
       and g.grantee not in (c.relowner, coalesce(to_regrole('app_security'), 0::oid::regrole))
     order by 1, 2, 3
  $$,
  'public.tenants: nobody but its owner and app_security is granted anything'
);

select table_privs_are(
  'public', 'tenants', 'app_security', array['SELECT'],
  'app_security: SELECT on public.tenants is granted, and nothing else'
);

select is(
  pg_catalog.has_table_privilege(to_regrole('app_security')::oid, to_regclass('public.tenants'), 'SELECT WITH GRANT OPTION'),
  false,
  'app_security: SELECT on public.tenants cannot be passed on'
);

select is(
  (select c.relowner = to_regrole('app_user') from pg_catalog.pg_class as c where c.oid = to_regclass('public.tenants')),
  false,
  'app_user: is not the owner of public.tenants'
);

select * from finish();
rollback;
