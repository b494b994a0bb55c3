-- node-pg-migrate’s books, as it makes them.
create table if not exists pgmigrations (
  id serial primary key,
  name varchar(255) not null,
  run_on timestamp not null
);
