-- SECURITY DEFINER functions, which run as their owner: their search_path, their body and what they return. A function
-- of the server or of Rolecall appears only if somebody made it SECURITY DEFINER.
select
  'function' as kind,
  case n.nspname when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text as object,
  '' as role,
  'security-definer' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'language', l.lanname,
    'body', pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
      coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc || coalesce(' ' || p.probin, '')), 'UTF8'
    )), 'hex'),
    'returns', pg_catalog.pg_get_function_result(p.oid),
    'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
    'leakproof', p.proleakproof,
    'search_path', (
      select pg_catalog.substr(line, pg_catalog.length('search_path=') + 1)
      from pg_catalog.unnest(p.proconfig) as line
      where line like 'search\_path=%'
    ),
    'config', (
      select pg_catalog.string_agg(
        case
          when pg_catalog.split_part(line, '=', 1) ~ '\.'
            then pg_catalog.split_part(line, '=', 1) || '=sha256:' || pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(line, 'UTF8')), 'hex')
          else line
        end,
        '; ' order by line collate "C"
      )
      from pg_catalog.unnest(p.proconfig) as line
      where line not like 'search\_path=%'
    ),
    'extension', e.extension
  )) as detail,
  null as acl
from pg_catalog.pg_proc as p
join pg_catalog.pg_namespace as n on n.oid = p.pronamespace and n.nspname !~ '^(pg_toast|pg_temp_)'
join pg_catalog.pg_language as l on l.oid = p.prolang
left join extension_member as e on e.class = 'pg_catalog.pg_proc'::regclass and e.oid = p.oid
where
  p.prosecdef
  and (p.oid >= 16384 or n.nspname = 'pg_catalog');
