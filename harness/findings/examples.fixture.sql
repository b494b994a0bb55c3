-- The small project that the examples of the findings build on.
create role owner;
create role app_rw;
create role app login;
create role reports login;
create role security bypassrls;
grant app_rw to app;
create table public.notes (id integer primary key, tenant_id text not null, slug text, body text);
create table public.secrets (tenant_id text, key text);
alter table public.notes owner to owner;
alter table public.secrets owner to owner;
alter table public.notes enable row level security, force row level security;
create policy tenant_isolation on public.notes using (tenant_id = nullif(current_setting('app.tenant', true), ''));
grant select, insert on public.notes to app_rw;
create function public.tenant_of(wanted text) returns text language sql security definer
  set search_path = pg_catalog, pg_temp as 'select tenant_id from public.secrets where key = wanted';
revoke execute on function public.tenant_of(text) from public;
grant execute on function public.tenant_of(text) to app_rw;
