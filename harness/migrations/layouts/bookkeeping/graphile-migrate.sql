-- graphile-migrate's own schema and tables, as the tool creates them.
create schema if not exists graphile_migrate;
create table if not exists graphile_migrate.migrations (
  hash text primary key,
  previous_hash text references graphile_migrate.migrations deferrable initially immediate,
  filename text not null,
  date timestamptz not null default now()
);
create table if not exists graphile_migrate.current (
  filename text primary key default 'current.sql',
  content text not null,
  date timestamptz not null default now()
);
