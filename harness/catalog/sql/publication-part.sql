-- since: 15
-- The columns and rows of a table that a publication sends, if it does not send them all.
select
  'publication' as kind,
  pg_catalog.quote_ident(p.pubname) as object,
  '' as role,
  pg_catalog.format('publishes of %s.%I', n.name, c.relname) as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'columns', (
      select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' order by pg_catalog.quote_ident(a.attname) collate "C")
      from pg_catalog.pg_attribute as a
      where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])
    ),
    'where', pg_catalog.pg_get_expr(r.prqual, r.prrelid)
  )) as detail,
  null as acl
from pg_catalog.pg_publication_rel as r
join pg_catalog.pg_publication as p on p.oid = r.prpubid
join pg_catalog.pg_class as c on c.oid = r.prrelid
join covered_schema as n on n.oid = c.relnamespace
where r.prattrs is not null or r.prqual is not null;
