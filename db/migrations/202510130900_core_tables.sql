create table public.tenants (
  id uuid primary key default gen_random_uuid(),
  name varchar(255) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  api_key_hash varchar(255) not null,
  notification_email varchar(255) not null,
  shopify_webhook_secret text,
  stripe_webhook_secret text,
  paypal_webhook_secret text,
  woocommerce_webhook_secret text,
  constraint tenants_name_not_blank check (btrim(name) <> '')
);

create index tenants_api_key_hash_idx on public.tenants (api_key_hash);
