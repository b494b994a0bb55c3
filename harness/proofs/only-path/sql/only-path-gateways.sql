-- The functions of $1 that exist, with their schema, each with the roles of $2 that do not own it. role is NULL if none is left.
select
  named.signature as function,
  pg_catalog.quote_ident(n.nspname) as schema,
  r.rolname::text as role
from pg_catalog.unnest($1::text[]) with ordinality as named (signature, place)
join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(named.signature)
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
left join pg_catalog.pg_roles as r on r.rolname = any ($2::text[]) and r.oid <> p.proowner and not r.rolsuper
order by named.place, r.rolname
