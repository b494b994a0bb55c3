-- Every has_*_privilege question at once. An absent role or object is an answer, where the function itself would raise.
-- $1 identities, $2 kinds, $3 objects, $4 privileges: arrays of one length.
select
  q.place,
  case
    when r.oid is null then 'absent'
    when q.kind like 'table%' and pg_catalog.to_regclass(q.object) is null then 'absent'
    when q.kind = 'function' and pg_catalog.to_regprocedure(q.object) is null then 'absent'
    when q.kind = 'table'
      then pg_catalog.has_table_privilege(r.oid, pg_catalog.to_regclass(q.object), q.access)::text
    when q.kind = 'table-column'
      then pg_catalog.has_any_column_privilege(r.oid, pg_catalog.to_regclass(q.object), q.access)::text
    when q.kind = 'function'
      then pg_catalog.has_function_privilege(r.oid, pg_catalog.to_regprocedure(q.object), q.access)::text
  end as answer
from rows from (
  pg_catalog.unnest($1::text[]),
  pg_catalog.unnest($2::text[]),
  pg_catalog.unnest($3::text[]),
  pg_catalog.unnest($4::text[])
) with ordinality as q (identity, kind, object, access, place)
left join pg_catalog.pg_roles as r on r.rolname = q.identity
order by q.place
