-- Subscriptions of this database: rows that come in past grants. Where from may hold a password, and stays out.
select 'subscription' as kind, pg_catalog.quote_ident(s.subname) as object, said.role, said.property, said.detail, null as acl
from pg_catalog.pg_subscription as s
cross join lateral (
  values
    (pg_catalog.pg_get_userbyid(s.subowner)::text, 'owner', '{}'::jsonb),
    ('', 'subscription', pg_catalog.jsonb_build_object(
      'enabled', s.subenabled,
      'publications', (
        select pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' order by name collate "C")
        from pg_catalog.unnest(s.subpublications) as name
      )
    ))
) as said (role, property, detail)
where s.subdbid = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database());
