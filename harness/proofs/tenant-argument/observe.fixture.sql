create role app login password 'app';
create table orders (org int, note text);
insert into orders values (7, 'a'), (8, 'b');
alter table orders enable row level security, force row level security;
create policy own on orders using (org = nullif(current_setting('app.tenant', true), '')::int);
grant select on orders to app;
create function of_anybody(integer) returns setof text stable security definer language sql as 'select note from orders where org = $1';
create function of_session(integer) returns setof text stable security definer language sql as
  'select note from orders where org = $1 and org = current_setting(''app.tenant'')::int';
create function by_note(text) returns setof int stable security definer language sql as 'select org from orders where note = $1';
create function is_even(integer) returns boolean stable security definer language sql as 'select $1 % 2 = 0';
create function as_caller(integer) returns setof text stable language sql as 'select note from orders where org = $1';
create function writes(integer) returns setof text volatile security definer language sql as
  'insert into orders values (1, ''x''); select note from orders where org = $1';
create function counted(integer) returns bigint stable security definer language sql as 'select count(*) from orders where org = $1';
create function longest(integer) returns table (org integer, length integer) stable security definer language sql as
  'select $1, coalesce(max(length(note)), 0) from orders as o where o.org = $1';
create function counted_own(integer) returns bigint stable security definer language sql as
  'select count(*) from orders where org = $1 and org = current_setting(''app.tenant'')::int';
create function twice(integer) returns text stable security definer language sql as 'select ''1990 '' || $1 * 2';
create function said(integer) returns text stable security definer language sql as 'select ''in 1990 '' || $1';
create function is_small(integer) returns boolean stable security definer language sql as 'select $1 < 50';
create function now_of(integer) returns timestamptz volatile security definer language sql as 'select clock_timestamp()';
create function of_nobody(integer) returns bigint stable security definer language sql as 'select 0::bigint';
