-- What the SECURITY DEFINER functions of $1 return: rows of a table, as the contract names it, or columns of their own.
select
  named.name,
  p.provolatile = 'v' as is_volatile,
  pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(r.relname) as "table",
  coalesce(
    (
      select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', given.name, 'type', held.oid::regtype, 'category', held.typcategory) order by given.place)
      from rows from (
        pg_catalog.unnest(p.proargnames), pg_catalog.unnest(p.proargmodes), pg_catalog.unnest(p.proallargtypes)
      ) with ordinality as given (name, mode, type, place)
      join pg_catalog.pg_type as held on held.oid = given.type
      where given.mode in ('o', 'b', 't') and held.typcategory <> 'A'
    ),
    '[]'
  ) as columns
from pg_catalog.unnest($1::text[]) as named (name)
join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(named.name)
join pg_catalog.pg_type as t on t.oid = p.prorettype
left join pg_catalog.pg_class as r on r.oid = t.typrelid and r.relkind in ('r', 'p', 'v', 'm', 'f')
left join pg_catalog.pg_namespace as n on n.oid = r.relnamespace
where p.prokind = 'f' and p.prosecdef
order by named.name
