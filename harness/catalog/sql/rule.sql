-- Rewrite rules, except the one that defines a view. What a rule adds runs with the rights of the table's owner.
select
  'rule' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  'rule ' || r.rulename as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'event', case r.ev_type when '1' then 'SELECT' when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end,
    'instead', r.is_instead,
    'enabled', r.ev_enabled <> 'D',
    'fires', case r.ev_enabled when 'R' then 'replica' when 'A' then 'always' end,
    'definition', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.pg_get_ruledef(r.oid), 'UTF8')), 'hex')
  )) as detail,
  null as acl
from pg_catalog.pg_rewrite as r
join pg_catalog.pg_class as c on c.oid = r.ev_class
join covered_schema as n on n.oid = c.relnamespace
where
  r.rulename <> '_RETURN'
  and r.oid >= 16384;
