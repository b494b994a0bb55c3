-- The tables of golang-migrate and sqlx, as the tools create them.
create table if not exists schema_migrations (version bigint primary key, dirty boolean not null);
create table if not exists _sqlx_migrations (
  version bigint primary key,
  description text not null,
  installed_on timestamptz not null default now(),
  success boolean not null,
  checksum bytea not null,
  execution_time bigint not null
);
