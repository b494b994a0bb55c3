-- Every has_*_privilege question at once. An absent role or object is an answer here, while the function itself would raise an
-- error. $1 identities, $2 kinds, $3 objects, $4 privileges: arrays of one length. Objects are found by their names in the
-- privilege state, because to_regclass and to_regprocedure fail without USAGE on the schema.
with asked as materialized (
  select q.*
  from rows from (
    pg_catalog.unnest($1::text[]),
    pg_catalog.unnest($2::text[]),
    pg_catalog.unnest($3::text[]),
    pg_catalog.unnest($4::text[])
  ) with ordinality as q (identity, kind, object, access, place)
),

schema (oid, quoted) as (
  select n.oid, pg_catalog.quote_ident(n.nspname)
  from pg_catalog.pg_namespace as n
  where exists (select from asked as q where pg_catalog.starts_with(q.object, pg_catalog.quote_ident(n.nspname) || '.'))
),

relation (oid, name) as materialized (
  select c.oid, s.quoted || '.' || pg_catalog.quote_ident(c.relname)
  from schema as s
  join pg_catalog.pg_class as c on c.relnamespace = s.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
),

routine (oid, name) as materialized (
  select p.oid, case s.quoted when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text
  from schema as s
  join pg_catalog.pg_proc as p on p.pronamespace = s.oid
)

select
  q.place,
  case
    when r.oid is null or coalesce(c.oid, p.oid) is null then 'absent'
    when q.kind = 'table' then pg_catalog.has_table_privilege(r.oid, c.oid, q.access)::text
    when q.kind = 'table-column' then pg_catalog.has_any_column_privilege(r.oid, c.oid, q.access)::text
    when q.kind = 'function' then pg_catalog.has_function_privilege(r.oid, p.oid, q.access)::text
  end as answer
from asked as q
left join pg_catalog.pg_roles as r on r.rolname = q.identity
left join relation as c on q.kind like 'table%' and c.name = q.object
left join routine as p on q.kind = 'function' and p.name = q.object
order by q.place
