-- A and B are ordinary. C and D are hostile: their key hashes are A's with a space after it, and a wildcard.
insert into public.tenants (
  id, name, created_at, updated_at, api_key_hash, notification_email,
  shopify_webhook_secret, stripe_webhook_secret, paypal_webhook_secret, woocommerce_webhook_secret
)
values
  (
    'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'Tenant A',
    '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', 'key-hash-of-a', 'a@tenant.example',
    'shopify-of-a', 'stripe-of-a', 'paypal-of-a', 'woocommerce-of-a'
  ),
  (
    'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'Tenant B',
    '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', 'key-hash-of-b', 'b@tenant.example',
    'shopify-of-b', null, null, 'woocommerce-of-b'
  ),
  (
    'cccccccc-cccc-4ccc-8ccc-cccccccccccc', '"C" ''); drop table public.tenants; -- <script>alert(''C'')</script>',
    '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', 'key-hash-of-a ', 'c+<b>''quote''</b>@tenant.example',
    null, null, null, null
  ),
  (
    'dddddddd-dddd-4ddd-8ddd-dddddddddddd', 'D \ $$ % _ {{name}} Ünïcödé 租户 🦝',
    '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00', '%', 'd@tenant.example',
    null, null, null, null
  );
