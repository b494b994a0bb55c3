-- Triggers. A trigger function runs as the role that writes to the table; a SECURITY DEFINER function runs as its
-- owner. The internal triggers of a constraint appear only if somebody changed when they fire. The definition appears
-- as a digest, because arguments of webhook triggers may hold tokens.
select
  'trigger' as kind,
  pg_catalog.format('%s.%I', n.name, c.relname) as object,
  '' as role,
  case
    when t.tgisinternal then 'internal trigger of ' || pg_catalog.pg_get_constraintdef(t.tgconstraint)
    else 'trigger ' || t.tgname
  end as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'function', case when t.tgisinternal then t.tgfoid::regproc::text else t.tgfoid::regprocedure::text end,
    'enabled', t.tgenabled <> 'D',
    'fires', case t.tgenabled when 'R' then 'replica' when 'A' then 'always' end,
    'security', case when not p.prosecdef and not t.tgisinternal then 'invoker' end,
    'definition', case
      when not t.tgisinternal
        then pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.pg_get_triggerdef(t.oid), 'UTF8')), 'hex')
    end
  )) as detail,
  null as acl
from pg_catalog.pg_trigger as t
join pg_catalog.pg_proc as p on p.oid = t.tgfoid
join pg_catalog.pg_class as c on c.oid = t.tgrelid
join covered_schema as n on n.oid = c.relnamespace
where not t.tgisinternal or t.tgenabled <> 'O';
