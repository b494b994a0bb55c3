-- node-pg-migrate's own table, as the tool creates it.
create table if not exists pgmigrations (
  id serial primary key,
  name varchar(255) not null,
  run_on timestamp not null
);
