/** A schema of somebody else: names that need quotes, a sequence, a domain, views, grants on columns, every kind of policy. */
export const foreignSql = `
create role "App User" login;
create role "read""er" inherit;
create role svc login;
create role owner_role;
create role admin;
grant "read""er" to "App User";
alter role svc set search_path = "My Schema", pg_catalog;
alter role svc set statement_timeout = '5s';
create schema "My Schema" authorization owner_role;
grant usage on schema "My Schema" to "App User", svc;
create domain "My Schema"."E Mail" as text;
create sequence "My Schema"."No" ;
grant usage on sequence "My Schema"."No" to svc;
create table "My Schema"."Orders" ("Id" int generated always as identity primary key, "Tenant" text, item text, note text, unique ("Tenant", item));
create unique index "by note" on "My Schema"."Orders" ("Tenant", note);
insert into "My Schema"."Orders" ("Tenant", item, note) values ('a', 'x', '1'), ('b', 'y', '1');
alter table "My Schema"."Orders" enable row level security;
alter table "My Schema"."Orders" owner to owner_role;
grant select (item), update (item) on "My Schema"."Orders" to svc;
grant select, insert on "My Schema"."Orders" to "read""er";
create policy "Reads it's own" on "My Schema"."Orders" for select to "read""er", svc using ("Tenant" = current_setting('app.tenant', true));
create policy writes on "My Schema"."Orders" for insert to "read""er" with check ("Tenant" = current_setting('app.tenant', true));
create policy narrow on "My Schema"."Orders" as restrictive using ("Tenant" <> '');
create table "My Schema".parts (k int, v text) partition by list (k);
create table "My Schema".parts_1 partition of "My Schema".parts for values in (1);
alter table "My Schema".parts enable row level security;
alter table "My Schema".parts_1 enable row level security;
create table "My Schema".hashed (k int primary key, v text) partition by hash (k);
alter table "My Schema".hashed enable row level security;
create table "My Schema".ranged (k int, v text) partition by range (k);
create table "My Schema"."Ranged 1" partition of "My Schema".ranged default;
alter table "My Schema".ranged enable row level security;
alter table "My Schema"."Ranged 1" enable row level security;
create view "My Schema".seen as select item from "My Schema"."Orders";
grant select on "My Schema".seen to svc;
create function "My Schema"."Count It"(who text, out total bigint) language sql security definer set search_path = pg_catalog, pg_temp
  as $$ select count(*) from "My Schema"."Orders" -- where nothing
    where "Tenant" = who and item <> 'where' $$;
create function "My Schema".parsed() returns setof text language sql security definer set search_path = pg_catalog
  begin atomic select item from "My Schema"."Orders" where item is not null; end;
create procedure "My Schema".clean() language plpgsql security definer as $$ begin delete from "My Schema"."Orders" where false; end $$;
create function "My Schema".plain(int) returns int language sql immutable return $1 + 1;
create aggregate "My Schema".total(int) (sfunc = int4pl, stype = int, initcond = '0');
`;

export const foreignContract = `version: 1
name: foreign
title: A schema of somebody else
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
tenancy: { setting: app.tenant, column: Tenant, own: a, other: b, unknown: c, invalid: "" }
identities:
  App User: { kind: login, member_of: ['read"er'] }
  read"er: { kind: group }
  svc: { kind: login, settings: { search_path: '"My Schema", pg_catalog', statement_timeout: 5s } }
  owner_role: { kind: definer }
  admin: { kind: migrator }
  postgres: { kind: migrator }
database: { grants: { PUBLIC: [CONNECT, TEMPORARY] } }
schemas:
  '"My Schema"': { owner: owner_role, grants: { App User: [USAGE], svc: [USAGE] } }
tables:
  '"My Schema"."Orders"':
    owner: owner_role
    row_security: enabled
    policies:
      Reads it's own: { command: SELECT, roles: ['read"er', svc], using: '("Tenant" = current_setting(''app.tenant''::text, true))' }
      writes: { command: INSERT, roles: ['read"er'], check: '("Tenant" = current_setting(''app.tenant''::text, true))' }
      narrow: { permissive: false, using: '("Tenant" <> ''''::text)' }
    grants: { 'read"er': [SELECT, INSERT], svc: ['SELECT(item)', 'UPDATE(item)'] }
  '"My Schema".parts': { row_security: enabled }
  '"My Schema".parts_1': { row_security: enabled }
  '"My Schema".hashed': { row_security: enabled }
  '"My Schema".ranged': { row_security: enabled }
  '"My Schema".seen': { grants: { svc: [SELECT] } }
  '"My Schema".absent': { grants: { svc: [SELECT] } }
functions:
  '"My Schema"."Count It"(text)': { security: definer, grants: { PUBLIC: [EXECUTE] } }
  '"My Schema".parsed()': { security: definer, grants: { PUBLIC: [EXECUTE] } }
  '"My Schema".clean()': { security: definer, grants: { PUBLIC: [EXECUTE] } }
  '"My Schema".plain(integer)': { grants: { PUBLIC: [EXECUTE] } }
  '"My Schema".total(integer)': { grants: { PUBLIC: [EXECUTE] } }
sequences:
  '"My Schema"."No"': { grants: { svc: [USAGE] } }
  '"My Schema"."Orders_Id_seq"': {}
types:
  '"My Schema"."E Mail"': { grants: { PUBLIC: [USAGE] } }
`;
