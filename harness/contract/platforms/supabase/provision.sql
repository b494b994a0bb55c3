-- What a Supabase project finds in its database, as far as migrations and policies expect it. We wrote it from the documents and
-- from what the functions return; it is not a copy. Only authenticator can log in.
set client_min_messages = warning;
do $$ begin
  if to_regrole('anon') is null then create role anon noinherit; end if;
  if to_regrole('authenticated') is null then create role authenticated noinherit; end if;
  if to_regrole('service_role') is null then create role service_role noinherit bypassrls; end if;
  if to_regrole('authenticator') is null then create role authenticator noinherit login; end if;
  if to_regrole('dashboard_user') is null then create role dashboard_user createdb createrole replication; end if;
  if to_regrole('supabase_admin') is null then create role supabase_admin superuser createdb createrole replication bypassrls; end if;
  if to_regrole('supabase_auth_admin') is null then create role supabase_auth_admin noinherit createrole; end if;
  if to_regrole('supabase_storage_admin') is null then create role supabase_storage_admin noinherit createrole; end if;
  if to_regrole('supabase_realtime_admin') is null then create role supabase_realtime_admin noinherit; end if;
  if to_regrole('supabase_replication_admin') is null then create role supabase_replication_admin replication; end if;
  if to_regrole('supabase_read_only_user') is null then create role supabase_read_only_user bypassrls; end if;
  grant anon, authenticated, service_role to authenticator;
  grant pg_read_all_data to supabase_read_only_user;
  -- Here the builder has the role of postgres, whatever its name.
  execute format('alter role current_user in database %I set search_path = "$user", public, extensions', current_database());
end $$;

grant usage on schema public to anon, authenticated, service_role;
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;

create schema extensions;
grant usage on schema extensions to anon, authenticated, service_role;
do $$
declare
  name text;
begin
  for name in select e.name from pg_available_extensions as e where e.name in ('pgcrypto', 'uuid-ossp') loop
    execute format('create extension if not exists %I with schema extensions', name);
  end loop;
end $$;

create schema auth;
grant usage on schema auth to anon, authenticated, service_role, supabase_auth_admin;
create table auth.users (
  instance_id uuid,
  id uuid primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  is_super_admin boolean,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  phone text unique,
  phone_confirmed_at timestamptz,
  banned_until timestamptz,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
alter table auth.users enable row level security;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
$$;
alter schema auth owner to supabase_admin;
alter table auth.users owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
grant all on auth.users to dashboard_user;

create schema storage;
grant usage on schema storage to anon, authenticated, service_role, supabase_storage_admin;
create table storage.buckets (
  id text primary key,
  name text not null unique,
  owner uuid,
  owner_id text,
  public boolean default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  created_at timestamptz default now(),
  updated_at timestamptz default now()
);
create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text references storage.buckets,
  name text,
  owner uuid,
  owner_id text,
  metadata jsonb,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  version text,
  created_at timestamptz default now(),
  updated_at timestamptz default now(),
  last_accessed_at timestamptz default now(),
  unique (bucket_id, name)
);
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
create function storage.foldername(name text) returns text[] language sql immutable as $$
  select (string_to_array(name, '/'))[:cardinality(string_to_array(name, '/')) - 1]
$$;
create function storage.filename(name text) returns text language sql immutable as $$
  select (string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]
$$;
create function storage.extension(name text) returns text language sql immutable as $$
  select reverse(split_part(reverse((string_to_array(name, '/'))[cardinality(string_to_array(name, '/'))]), '.', 1))
$$;
alter schema storage owner to supabase_admin;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter function storage.foldername(text) owner to supabase_storage_admin;
alter function storage.filename(text) owner to supabase_storage_admin;
alter function storage.extension(text) owner to supabase_storage_admin;
grant select, insert, update, delete on storage.buckets, storage.objects to anon, authenticated, service_role;

create publication supabase_realtime;
