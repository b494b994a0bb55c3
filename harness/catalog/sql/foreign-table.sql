-- The server that a foreign table reads from, and a digest of its options, which may hold secrets.
select
  'table' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  'foreign-table' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'server', pg_catalog.quote_ident(s.srvname),
    'options', (
      select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
        pg_catalog.string_agg(pg_catalog.quote_literal(option), ' ' order by option collate "C"), 'UTF8'
      )), 'hex')
      from pg_catalog.unnest(t.ftoptions) as option
    )
  )) as detail,
  null as acl
from pg_catalog.pg_foreign_table as t
join pg_catalog.pg_class as c on c.oid = t.ftrelid
join covered_schema as n on n.oid = c.relnamespace
join pg_catalog.pg_foreign_server as s on s.oid = t.ftserver;
