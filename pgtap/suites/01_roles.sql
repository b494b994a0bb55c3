--! as: postgres
--! why: Privileges only mean something when nobody can become, or bypass, more than the contract says.
--! remedy: Migrate to head, then reset the attribute with ALTER ROLE or take the membership away with REVOKE.

begin;
select plan(41);

-- Attributes: 4 roles by 7. A role that is not there has none of them, not even the absence.
select is(
  (
    select (to_jsonb(have) ->> attribute.name)::boolean
      from pg_catalog.pg_roles as have
     where have.rolname = want.role
  ),
  attribute.name = any (want.attributes),
  format(
    '%s: %s is %s',
    want.role, attribute.word, case when attribute.name = any (want.attributes) then 'set' else 'not set' end
  )
)
from (
  values
    (1, 'app_user', array['rolcanlogin', 'rolinherit']),
    (2, 'app_rw', array['rolinherit']),
    (3, 'app_ro', array['rolinherit']),
    (4, 'app_security', array['rolinherit', 'rolbypassrls'])
) as want (place, role, attributes)
cross join (
  values
    (1, 'LOGIN', 'rolcanlogin'),
    (2, 'INHERIT', 'rolinherit'),
    (3, 'SUPERUSER', 'rolsuper'),
    (4, 'BYPASSRLS', 'rolbypassrls'),
    (5, 'CREATEROLE', 'rolcreaterole'),
    (6, 'CREATEDB', 'rolcreatedb'),
    (7, 'REPLICATION', 'rolreplication')
) as attribute (place, word, name)
order by want.place, attribute.place;

-- Memberships, from both ends.
select results_eq(
  $$
    select m.roleid::regrole::text
      from pg_catalog.pg_auth_members as m
     where m.member = to_regrole('app_user')
     order by 1
  $$,
  array['app_rw'],
  'app_user: is a member of app_rw and of no other role'
);

select results_eq(
  $$
    select m.member::regrole::text
      from pg_catalog.pg_auth_members as m
     where m.roleid = to_regrole('app_rw')
     order by 1
  $$,
  array['app_user'],
  'app_rw: has app_user as its only member'
);

select is(
  pg_catalog.pg_has_role(to_regrole('app_user')::oid, to_regrole('app_rw')::oid, 'USAGE'),
  true,
  'app_user: uses the privileges of app_rw without SET ROLE'
);

select is(
  pg_catalog.pg_has_role(to_regrole('app_user')::oid, to_regrole('app_rw')::oid, 'MEMBER WITH ADMIN OPTION'),
  false,
  'app_user: cannot hand app_rw to anybody'
);

select is(
  (
    select count(m.member)
      from pg_catalog.pg_roles as r
      left join pg_catalog.pg_auth_members as m on m.member = r.oid
     where r.rolname = alone.role
     group by r.oid
  ),
  0::bigint,
  format('%s: is a member of no role', alone.role)
)
from (values (1, 'app_rw'), (2, 'app_ro'), (3, 'app_security')) as alone (place, role)
order by alone.place;

select is(
  (
    select count(m.roleid)
      from pg_catalog.pg_roles as r
      left join pg_catalog.pg_auth_members as m on m.roleid = r.oid
     where r.rolname = alone.role
     group by r.oid
  ),
  0::bigint,
  format('%s: has no members', alone.role)
)
from (values (1, 'app_user'), (2, 'app_ro'), (3, 'app_security')) as alone (place, role)
order by alone.place;

-- Closure: whatever the path of memberships, it must not end in somebody stronger.
select is_empty(
  $$
    select r.rolname
      from pg_catalog.pg_roles as r
     where (r.rolsuper or r.rolbypassrls or r.rolcreaterole)
       and pg_catalog.pg_has_role(to_regrole('app_user')::oid, r.oid, 'MEMBER')
     order by 1
  $$,
  'app_user: reaches no role with SUPERUSER, BYPASSRLS or CREATEROLE'
);

select is_empty(
  $$
    select c.oid::regclass::text
      from pg_catalog.pg_class as c
     where c.relnamespace = 'public'::regnamespace
       and pg_catalog.pg_has_role(to_regrole('app_user')::oid, c.relowner, 'MEMBER')
     order by 1
  $$,
  'app_user: reaches the owner of nothing in schema public'
);

select is_empty(
  $$
    select s.setconfig::text
      from pg_catalog.pg_db_role_setting as s
     where s.setrole = to_regrole('app_user')
     order by 1
  $$,
  'app_user: logs in with no settings of its own'
);

select * from finish();
rollback;
