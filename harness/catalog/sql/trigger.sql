-- Triggers that call a SECURITY DEFINER function: whoever may write to the table makes it run as its owner.
-- A digest of the definition, because arguments of webhook triggers are known to hold tokens.
select
  'trigger' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  'trigger ' || t.tgname as property,
  pg_catalog.jsonb_build_object(
    'function', t.tgfoid::regprocedure::text,
    'enabled', t.tgenabled <> 'D',
    'definition', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.pg_get_triggerdef(t.oid), 'UTF8')), 'hex')
  ) as detail,
  null as acl
from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join covered_schema as n on n.oid = c.relnamespace
where
  p.prosecdef
  and not t.tgisinternal;
