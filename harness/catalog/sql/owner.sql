-- Owners of objects that have an owner but no grants, such as operators, collations and extensions. An object that
-- comes with the server appears only if its owner was changed.
with owned (kind, class, oid, object, owner) as (
  select 'operator', 'pg_catalog.pg_operator'::regclass, x.oid, case when x.oid < 16384 then 'pg_catalog.' else '' end || x.oid::regoperator::text, x.oprowner
  from pg_catalog.pg_operator as x
  join covered_schema as n on n.oid = x.oprnamespace
  where x.oid >= 16384 or x.oprowner <> 10
  union all
  select 'operator-class', 'pg_catalog.pg_opclass'::regclass, x.oid, pg_catalog.format('%s.%I using %I', n.name, x.opcname, am.amname), x.opcowner
  from pg_catalog.pg_opclass as x
  join covered_schema as n on n.oid = x.opcnamespace
  join pg_catalog.pg_am as am on am.oid = x.opcmethod
  where x.oid >= 16384 or x.opcowner <> 10
  union all
  select 'operator-family', 'pg_catalog.pg_opfamily'::regclass, x.oid, pg_catalog.format('%s.%I using %I', n.name, x.opfname, am.amname), x.opfowner
  from pg_catalog.pg_opfamily as x
  join covered_schema as n on n.oid = x.opfnamespace
  join pg_catalog.pg_am as am on am.oid = x.opfmethod
  where x.oid >= 16384 or x.opfowner <> 10
  union all
  select 'collation', 'pg_catalog.pg_collation'::regclass, x.oid, pg_catalog.format('%s.%I', n.name, x.collname), x.collowner
  from pg_catalog.pg_collation as x
  join covered_schema as n on n.oid = x.collnamespace
  where x.oid >= 16384 or x.collowner <> 10
  union all
  select 'conversion', 'pg_catalog.pg_conversion'::regclass, x.oid, pg_catalog.format('%s.%I', n.name, x.conname), x.conowner
  from pg_catalog.pg_conversion as x
  join covered_schema as n on n.oid = x.connamespace
  where x.oid >= 16384 or x.conowner <> 10
  union all
  select 'text-search-dictionary', 'pg_catalog.pg_ts_dict'::regclass, x.oid, pg_catalog.format('%s.%I', n.name, x.dictname), x.dictowner
  from pg_catalog.pg_ts_dict as x
  join covered_schema as n on n.oid = x.dictnamespace
  where x.oid >= 16384 or x.dictowner <> 10
  union all
  select 'text-search-configuration', 'pg_catalog.pg_ts_config'::regclass, x.oid, pg_catalog.format('%s.%I', n.name, x.cfgname), x.cfgowner
  from pg_catalog.pg_ts_config as x
  join covered_schema as n on n.oid = x.cfgnamespace
  where x.oid >= 16384 or x.cfgowner <> 10
  union all
  select 'statistics', 'pg_catalog.pg_statistic_ext'::regclass, x.oid, pg_catalog.format('%s.%I', n.name, x.stxname), x.stxowner
  from pg_catalog.pg_statistic_ext as x
  join covered_schema as n on n.oid = x.stxnamespace
  where x.oid >= 16384 or x.stxowner <> 10
  union all
  select 'extension', 'pg_catalog.pg_extension'::regclass, x.oid, pg_catalog.quote_ident(x.extname), x.extowner
  from pg_catalog.pg_extension as x
  where x.oid >= 16384 or x.extowner <> 10
)
select
  o.kind,
  o.object,
  pg_catalog.pg_get_userbyid(o.owner)::text as role,
  'owner' as property,
  pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
    'extension', e.extension,
    'builtin', case when o.oid < 16384 then true end
  )) as detail,
  null as acl
from owned as o
left join extension_member as e on e.class = o.class and e.oid = o.oid;
