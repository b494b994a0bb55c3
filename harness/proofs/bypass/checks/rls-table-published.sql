--! title: A table with row-level security, of tenants’ rows, or reached through functions only, is published.
--! severity: low
--! why: Logical replication reads the log and not the table: subscribers get all rows, past policies and grants.
--! remedy: Take the table out of the publication, or make sure that the subscriber guards it as well.
--! source: Logical Replication, Security
select
  r.name as object,
  '' as identity,
  p.pubname::text as access,
  pg_catalog.format('the publication %I hands all rows of %s to its subscribers', p.pubname, r.name) as message,
  case when b.puballtables then pg_catalog.format('DROP PUBLICATION %I;', p.pubname)
  when not exists (select from pg_catalog.pg_publication_rel as l where l.prpubid = b.oid and l.prrelid = r.oid)
    then pg_catalog.format('ALTER PUBLICATION %I DROP TABLES IN SCHEMA %I;', p.pubname, p.schemaname)
  else pg_catalog.format('ALTER PUBLICATION %I DROP TABLE %s;', p.pubname, r.name) end as remedy
from pg_catalog.pg_publication_tables as p
join pg_catalog.pg_publication as b on b.pubname = p.pubname
join relation as r on r.name = pg_catalog.format('%I.%I', p.schemaname, p.tablename) and (r.rls or r.only_through or r.whose)
order by 1, 2, 3
