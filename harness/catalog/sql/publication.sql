-- Publications. Rows that leave by replication are not checked against grants or policies.
select 'publication' as kind, pg_catalog.quote_ident(p.pubname) as object, said.role, said.property, said.detail, null as acl
from pg_catalog.pg_publication as p
cross join lateral (
  select pg_catalog.pg_get_userbyid(p.pubowner)::text, 'owner', '{}'::jsonb
  union all
  select '', 'publication', pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'all_tables', p.puballtables,
    'via_root', case when p.pubviaroot then true end,
    'generated_columns', nullif(pg_catalog.to_jsonb(p) ->> 'pubgencols', 'n'),
    'operations', pg_catalog.concat_ws(
      ', ',
      case when p.pubinsert then 'insert' end,
      case when p.pubupdate then 'update' end,
      case when p.pubdelete then 'delete' end,
      case when p.pubtruncate then 'truncate' end
    )
  ))
  union all
  select '', pg_catalog.format('publishes %s.%I', n.name, c.relname), '{}'
  from pg_catalog.pg_publication_rel as r
  join pg_catalog.pg_class as c on c.oid = r.prrelid
  join covered_schema as n on n.oid = c.relnamespace
  where r.prpubid = p.oid
) as said (role, property, detail);
