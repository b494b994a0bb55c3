-- Rails' own tables, as Rails creates them, for dumps that leave them out.
create table if not exists schema_migrations (version varchar primary key);
create table if not exists ar_internal_metadata (
  key varchar primary key,
  value varchar,
  created_at timestamp(6) not null,
  updated_at timestamp(6) not null
);
