-- Subscriptions of this database. Rows come in without a check of grants. The connection string is left out, because it
-- may hold a password.
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
