--! as: postgres
--! why: A SECURITY DEFINER function is a hole made on purpose: its owner, its search_path and its callers are the frame.
--! remedy: Migrate to head; for a function of your own: ALTER FUNCTION … OWNER TO, SET search_path, REVOKE EXECUTE … FROM PUBLIC.

begin;
select plan(36);

-- The schema.
select has_schema('security', 'security: the schema exists');

select schema_owner_is('security', 'app_security', 'security: app_security owns the schema');

select schema_privs_are('security', 'app_rw', array['USAGE'], 'app_rw: USAGE on schema security is granted, CREATE is not');
select schema_privs_are('security', 'app_user', array['USAGE'], 'app_user: USAGE on schema security is granted, CREATE is not');
select schema_privs_are('security', 'app_ro', '{}', 'app_ro: USAGE on schema security is not granted');
select schema_privs_are('security', 'public', '{}', 'PUBLIC: USAGE on schema security is not granted');

select results_eq(
  $$
    select g.grantee::regrole || ' ' || g.privilege_type || ' ' || g.is_grantable
      from pg_catalog.pg_namespace as n
     cross join lateral pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) as g
     where n.nspname = 'security'
       and g.grantee <> n.nspowner
     order by 1
  $$,
  array['app_rw USAGE false'],
  'security: beside the owner only app_rw is granted anything on the schema'
);

select functions_are(
  'security', array['list_tenant_ids', 'resolve_tenant_webhook_secrets'],
  'security: the schema holds the two functions and no other'
);

select is(
  (
    select count(*)
      from pg_catalog.pg_shdepend as d
      join pg_catalog.pg_database as b on b.oid = d.dbid and b.datname = current_database()
     where d.refobjid = to_regrole('app_security')
       and d.deptype = 'o'
  ),
  3::bigint,
  'app_security: owns the schema and the two functions, and nothing else'
);

-- Schema public: enough to reach its tables, never to add to it.
select schema_privs_are('public', 'app_user', array['USAGE'], 'app_user: USAGE on schema public is granted, CREATE is not');
select schema_privs_are('public', 'app_security', array['USAGE'], 'app_security: USAGE on schema public is granted, CREATE is not');
select schema_privs_are('public', 'public', array['USAGE'], 'PUBLIC: USAGE on schema public is granted, CREATE is not');

-- The functions. One that is not there fails every line.
create temporary view door as
select want.place, want.name, want.columns, have.*
  from (
    values
      (1, 'security.list_tenant_ids()', 'TABLE(tenant_id uuid)'),
      (
        2,
        'security.resolve_tenant_webhook_secrets(text)',
        'TABLE(tenant_id uuid, shopify_webhook_secret text, stripe_webhook_secret text, paypal_webhook_secret text, woocommerce_webhook_secret text)'
      )
  ) as want (place, name, columns)
  left join pg_catalog.pg_proc as have on have.oid = to_regprocedure(want.name);

select is(pg_catalog.pg_get_userbyid(proowner), 'app_security', format('%s: app_security owns it', name))
from door order by place;

select is(prosecdef, true, format('%s: is SECURITY DEFINER', name))
from door order by place;

select is(proconfig, array['search_path=pg_catalog, pg_temp'], format('%s: pins search_path, pg_temp last', name))
from door order by place;

select is((select l.lanname from pg_catalog.pg_language as l where l.oid = prolang), 'sql', format('%s: is plain SQL', name))
from door order by place;

select is(provolatile::text, 's', format('%s: is STABLE, so it cannot write', name))
from door order by place;

select is(proleakproof, false, format('%s: is not LEAKPROOF', name))
from door order by place;

select is(pg_catalog.pg_get_function_result(oid), columns, format('%s: returns the columns the contract names', name))
from door order by place;

select is(
  pg_catalog.has_function_privilege(who.role, door.oid, 'EXECUTE'),
  who.may,
  format('%s: EXECUTE on %s is %s', who.label, door.name, case when who.may then 'granted' else 'not granted' end)
)
|| E'\n' || diag(format('witness: %s EXECUTE %s', who.label, door.name))
from door
cross join (
  values
    (1, to_regrole('app_user')::oid, 'app_user', true),
    (2, to_regrole('app_rw')::oid, 'app_rw', true),
    (3, to_regrole('app_ro')::oid, 'app_ro', false),
    (4, 0::oid, 'PUBLIC', false)
) as who (place, role, label, may)
order by door.place, who.place;

select is(
  (
    select string_agg(
        g.grantee::regrole || ' ' || g.privilege_type || ' ' || g.is_grantable, ', ' order by g.grantee::regrole::text
      )
      from pg_catalog.aclexplode(coalesce(proacl, pg_catalog.acldefault('f', proowner))) as g
     where g.grantee <> proowner
  ),
  'app_rw EXECUTE false',
  format('%s: beside the owner only app_rw is granted anything', name)
)
from door order by place;

select * from finish();
rollback;
