create schema app;
grant usage on schema app to app_user, auditor, worker, keeper;
grant create on schema app to keeper;
create table app.cards (id integer primary key, tenant text not null, body text, note text);
create table app.orders (id integer primary key, item text);
create table app.notes (id integer primary key, tenant text not null, deleted boolean not null default false);
create table app.secrets (id integer primary key, value text);

alter table app.cards enable row level security;
alter table app.cards force row level security;
create policy tenant on app.cards using (tenant = current_setting('app.tenant', true));
alter table app.notes enable row level security;
create policy tenant on app.notes using (tenant = current_setting('app.tenant', true));

create view app.open_cards with (security_invoker = true) as select id, body from app.cards;

create function app.card_count() returns bigint
  language sql security definer set search_path = app, pg_temp
  as 'select count(*) from app.cards';
alter function app.card_count() owner to keeper;
revoke execute on function app.card_count() from public;
