-- since: 15
-- Publications that send every table of a schema.
select
  'publication' as kind,
  pg_catalog.quote_ident(p.pubname) as object,
  '' as role,
  pg_catalog.format('publishes %I.*', n.nspname) as property,
  '{}'::jsonb as detail,
  null as acl
from pg_catalog.pg_publication_namespace as s
join pg_catalog.pg_publication as p on p.oid = s.pnpubid
join pg_catalog.pg_namespace as n on n.oid = s.pnnspid;
