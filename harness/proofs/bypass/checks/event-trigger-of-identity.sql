--! title: A contracted role owns an event trigger or its function.
--! severity: high
--! why: An event trigger's function runs as whoever changes the schema, often a superuser; who owns it can write into it what that session shall do.
--! remedy: Give the function, and the event trigger, to a migrator.
--! source: Event Triggers; CREATE EVENT TRIGGER
select
  pg_catalog.format('%I', t.evtname) as object,
  h.name as identity,
  '' as access,
  case t.evtowner when h.role then pg_catalog.format('%s owns the event trigger %I', h.name, t.evtname)
  else pg_catalog.format('%s owns %s, which the event trigger %I runs in other sessions', h.name, f.oid::regprocedure, t.evtname) end as message,
  case t.evtowner when h.role then pg_catalog.format('ALTER EVENT TRIGGER %I OWNER TO %s;', t.evtname, m.quoted)
  else pg_catalog.format('ALTER FUNCTION %s OWNER TO %s;', f.oid::regprocedure, m.quoted) end as remedy
from pg_catalog.pg_event_trigger as t
join pg_catalog.pg_proc as f on f.oid = t.evtfoid
join holder as h on h.role in (t.evtowner, f.proowner)
cross join migrator as m
order by 1, 2, 3
