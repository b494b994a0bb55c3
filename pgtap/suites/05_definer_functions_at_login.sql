--! as: app_user
--! why: The two functions must give the runtime what it needs from public.tenants, and not one row more.
--! remedy: Migrate to head; a function that answers too much must compare api_key_hash with = and nothing looser.

begin;
select plan(23);

\ir ../setup.sql

-- The seeds hold four tenants: A, B and two hostile ones.
select is(
  pg_temp.attempt('select tenant_id from security.list_tenant_ids()'),
  '4 rows',
  'app_user: EXECUTE on security.list_tenant_ids() returns every tenant, with no tenant context'
)
|| E'\n' || diag('witness: app_user EXECUTE security.list_tenant_ids()');

select is(
  pg_temp.attempt($$
    select tenant_id
      from security.list_tenant_ids()
     where tenant_id in (
       'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb',
       'cccccccc-cccc-4ccc-8ccc-cccccccccccc', 'dddddddd-dddd-4ddd-8ddd-dddddddddddd'
     )
  $$),
  '4 rows',
  'app_user: EXECUTE on security.list_tenant_ids() returns the ids of the tenants'
)
|| E'\n' || diag('witness: app_user EXECUTE security.list_tenant_ids()');

select is(
  pg_temp.attempt('select name from security.list_tenant_ids()'),
  '42703: column "name" does not exist',
  'app_user: EXECUTE on security.list_tenant_ids() returns ids and no other column'
)
|| E'\n' || diag('witness: app_user EXECUTE security.list_tenant_ids()');

-- Resolving: the whole hash, nothing but the hash.
select is(
  pg_temp.attempt(format('select * from security.resolve_tenant_webhook_secrets(%L)', lookup.hash)),
  lookup.outcome,
  format('app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) gives %s for %s', lookup.outcome, lookup.label)
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)')
from (
  values
    (1, 'key-hash-of-a', '1 row', 'the hash of A'),
    (2, 'key-hash-of-b', '1 row', 'the hash of B'),
    (3, 'key-hash-of-', '0 rows', 'the beginning of a hash'),
    (4, 'KEY-HASH-OF-A', '0 rows', 'a hash in other letters'),
    (5, ' key-hash-of-a', '0 rows', 'a hash after a space'),
    (6, 'key-hash-of-_', '0 rows', 'a hash with a wildcard'),
    (7, '%%', '0 rows', 'two wildcards'),
    (8, ''' or true --', '0 rows', 'an injection'),
    (9, '', '0 rows', 'the empty string'),
    (10, null, '0 rows', 'NULL')
) as lookup (place, hash, outcome, label)
order by lookup.place;

select is(
  pg_temp.attempt($$
    select tenant_id
      from security.resolve_tenant_webhook_secrets('key-hash-of-a')
     where tenant_id = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'
       and shopify_webhook_secret = 'shopify-of-a'
       and stripe_webhook_secret = 'stripe-of-a'
       and paypal_webhook_secret = 'paypal-of-a'
       and woocommerce_webhook_secret = 'woocommerce-of-a'
  $$),
  '1 row',
  'app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) returns A and the four secrets of A'
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)');

select is(
  pg_temp.attempt($$
    select tenant_id
      from security.resolve_tenant_webhook_secrets('key-hash-of-b')
     where tenant_id = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'
       and shopify_webhook_secret = 'shopify-of-b'
       and stripe_webhook_secret is null
       and paypal_webhook_secret is null
       and woocommerce_webhook_secret = 'woocommerce-of-b'
  $$),
  '1 row',
  'app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) returns B, its secrets, and NULL where it has none'
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)');

select is(
  pg_temp.attempt($$
    select tenant_id
      from security.resolve_tenant_webhook_secrets('key-hash-of-a ')
     where tenant_id = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc'
  $$),
  '1 row',
  'app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) tells the hash of A from the same with a space after it'
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)');

select is(
  pg_temp.attempt($$
    select tenant_id
      from security.resolve_tenant_webhook_secrets('%')
     where tenant_id = 'dddddddd-dddd-4ddd-8ddd-dddddddddddd'
  $$),
  '1 row',
  'app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) takes a wildcard for the hash it is'
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)');

select is(
  pg_temp.attempt('select api_key_hash from security.resolve_tenant_webhook_secrets(''key-hash-of-a'')'),
  '42703: column "api_key_hash" does not exist',
  'app_user: EXECUTE on security.resolve_tenant_webhook_secrets(text) does not give the hash back'
)
|| E'\n' || diag('witness: app_user EXECUTE security.resolve_tenant_webhook_secrets(text)');

-- Trying to get in between.
create temporary table tenants (id uuid, api_key_hash text);

select is(
  pg_temp.attempt('select tenant_id from security.list_tenant_ids()'),
  '4 rows',
  'app_user: EXECUTE on security.list_tenant_ids() is not deceived by a temporary table named tenants'
)
|| E'\n' || diag('witness: app_user EXECUTE security.list_tenant_ids()');

select throws_ok(
  'create function security.mine() returns int language sql as ''select 1''',
  '42501', 'permission denied for schema security',
  'app_user: CREATE on schema security is denied'
);

select throws_ok(
  'alter function security.list_tenant_ids() reset all',
  '42501', 'must be owner of function security.list_tenant_ids',
  'app_user: cannot unpin the search_path of security.list_tenant_ids()'
);

select throws_ok(
  'drop function security.resolve_tenant_webhook_secrets(text)',
  '42501', 'must be owner of function security.resolve_tenant_webhook_secrets',
  'app_user: cannot drop security.resolve_tenant_webhook_secrets(text)'
);

-- Last, because success would change who runs the rest.
select throws_ok(
  'set local role app_security',
  '42501', 'permission denied to set role "app_security"',
  'app_user: cannot become app_security'
);

select * from finish();
rollback;
