create role app login password 'app';
create table parents (id int primary key);
insert into parents values (1);
create domain positive as int check (value > 0);
create table rows (
  id int primary key,
  tenant text not null,
  amount int check (amount > 0),
  parent int references parents,
  size positive,
  period int4range,
  exclude using gist (period with &&)
);
insert into rows values (1, 'a', 1, 1, 1, '[1,2)');
alter table rows enable row level security;
create policy mine on rows using (tenant = 'a') with check (tenant = 'a');
grant select, insert, update, delete on rows to app;
create table deferred (id int, tenant text, unique (id) deferrable);
insert into deferred values (1, 'a');
alter table deferred enable row level security;
create policy mine on deferred using (tenant = 'a') with check (tenant = 'a');
grant select, insert on deferred to app;
create table parts (id int, tenant text) partition by list (id);
create table part_1 partition of parts for values in (1);
alter table parts enable row level security;
create policy mine on parts using (tenant = 'a');
grant insert on parts to app;
create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create table before_rows (tenant text);
create trigger t before insert on before_rows for each row execute function refuse();
create table after_rows (tenant text);
create trigger t after insert on after_rows for each row execute function refuse();
alter table before_rows enable row level security; create policy mine on before_rows with check (tenant = 'a');
alter table after_rows enable row level security; create policy mine on after_rows with check (tenant = 'a');
grant insert on before_rows, after_rows to app;
create schema audit;
create function audit."Append Only"() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create table quoted_rows (tenant text);
create trigger t before insert on quoted_rows for each row execute function audit."Append Only"();
grant insert on quoted_rows to app;
