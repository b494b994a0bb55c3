-- Of the relations $1: the columns that each of the roles $2 may use with a privilege that it lacks on the relation as a whole.
-- A relation none of whose columns was granted is left out, unless it is among $3.
with relation (name, oid) as materialized (
  select named.name, r.oid
  from pg_catalog.unnest($1::text[]) as named (name)
  join pg_catalog.pg_class as r on r.oid = pg_catalog.to_regclass(named.name)
  where named.name = any ($3::text[])
    or exists (select from pg_catalog.pg_attribute as a where a.attrelid = r.oid and a.attacl is not null)
),

lacking as materialized (
  select role.oid as role, role.rolname, relation.name, relation.oid, asked.privilege
  from relation
  cross join pg_catalog.unnest(array['SELECT', 'INSERT', 'UPDATE']) as asked (privilege)
  join pg_catalog.pg_roles as role on role.rolname = any ($2::text[])
  where not pg_catalog.has_table_privilege(role.oid, relation.oid, asked.privilege)
)

select
  l.rolname as identity,
  l.name as "table",
  l.privilege,
  array(
    select a.attname::text
    from pg_catalog.pg_attribute as a
    where a.attrelid = l.oid and a.attnum > 0 and not a.attisdropped
      and pg_catalog.has_column_privilege(l.role, l.oid, a.attnum, l.privilege)
    order by a.attnum
  ) as columns
from lacking as l
order by 1, 2, 3
