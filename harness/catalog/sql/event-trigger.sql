-- Event triggers. They run in everybody's DDL, as the role that runs it.
select 'event-trigger' as kind, pg_catalog.quote_ident(t.evtname) as object, said.role, said.property, said.detail, null as acl
from pg_catalog.pg_event_trigger as t
cross join lateral (
  values
    (pg_catalog.pg_get_userbyid(t.evtowner)::text, 'owner', '{}'::jsonb),
    ('', 'event-trigger', pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
      'event', t.evtevent,
      'function', t.evtfoid::regprocedure::text,
      'enabled', t.evtenabled <> 'D',
      'fires', case t.evtenabled when 'R' then 'replica' when 'A' then 'always' end,
      'tags', (
        select pg_catalog.string_agg(tag, ', ' order by tag collate "C") from pg_catalog.unnest(t.evttags) as tag
      )
    )))
) as said (role, property, detail);
