-- Diesel's own table, as Diesel creates it. Hasura's tables are in a schema of their own.
create table if not exists __diesel_schema_migrations (
  version varchar(50) primary key,
  run_on timestamp not null default current_timestamp
);
create schema if not exists hdb_catalog;
