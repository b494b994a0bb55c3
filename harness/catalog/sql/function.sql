-- Owner and grants of functions, procedures and aggregates. The constructor functions of a range type appear only if
-- their owner is not the type's, or if their grants were changed.
select
  'function' as kind,
  case n.name when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text as object,
  pg_catalog.pg_get_userbyid(p.proowner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'routine', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' end,
    'constructor_of', range.name
  )) as detail,
  coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))::text as acl
from pg_catalog.pg_proc as p
join covered_schema as n on n.oid = p.pronamespace
left join extension_member as e on e.class = 'pg_catalog.pg_proc'::regclass and e.oid = p.oid
left join lateral (
  select pg_catalog.format('%I.%I', tn.nspname, t.typname), t.typowner
  from pg_catalog.pg_depend as made
  join pg_catalog.pg_type as t on t.oid = made.refobjid
  join pg_catalog.pg_namespace as tn on tn.oid = t.typnamespace
  where made.classid = 'pg_catalog.pg_proc'::regclass and made.objid = p.oid and made.deptype = 'i'
    and made.refclassid = 'pg_catalog.pg_type'::regclass
) as range (name, owner) on true
where p.oid >= 16384
  and (
    range.name is null
    or p.proowner <> range.owner
    or (p.proacl is not null and not (
      p.proacl::text[] @> pg_catalog.acldefault('f', p.proowner)::text[]
      and p.proacl::text[] <@ pg_catalog.acldefault('f', p.proowner)::text[]
    ))
  );
