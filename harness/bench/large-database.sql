-- 5,000 tables in 50 schemas, 500 functions, 60 roles nested five deep, grants to all of them.
do $$
begin
  for i in 1..60 loop
    execute format('create role bench_%s nologin', i);
  end loop;
  for i in 13..60 loop
    execute format('grant bench_%s to bench_%s', 1 + (i - 13) % 12 + 12 * ((i - 13) / 12), i);
  end loop;
  for s in 1..50 loop
    execute format('create schema s%s', s);
    execute format('grant usage on schema s%s to bench_%s', s, 1 + s % 60);
    for t in 1..100 loop
      execute format('create table s%s.t%s (id int primary key, tenant_id uuid, body text)', s, t);
      execute format('grant select, insert, update on s%s.t%s to bench_%s', s, t, 1 + t % 60);
      if t % 4 = 0 then
        execute format('alter table s%s.t%s enable row level security', s, t);
        execute format('create policy p on s%s.t%s using (tenant_id = current_setting(''app.tenant'', true)::uuid)', s, t);
      end if;
    end loop;
    for f in 1..10 loop
      execute format('create function s%s.f%s() returns int language sql security definer set search_path = pg_catalog, pg_temp as ''select 1''', s, f);
      execute format('revoke execute on function s%s.f%s() from public', s, f);
    end loop;
    commit; -- the locks of one schema at a time
  end loop;
end
$$
