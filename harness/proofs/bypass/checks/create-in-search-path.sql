--! title: A runtime identity may create in a schema where others look for names.
--! severity: high
--! why: A function or table put there takes the place of another for every session that looks for it by its bare name, a migrator's and a superuser's among them.
--! remedy: Revoke CREATE on the schema.
--! source: CVE-2018-1058; Schemas, Usage Patterns
with path (schema) as (
  select pg_catalog.unnest(pg_catalog.regexp_split_to_array(setting.said, ',\s*'))
  from (
    select s.reset_val from pg_catalog.pg_settings as s where s.name = 'search_path'
    union
    select pg_catalog.substr(line, pg_catalog.length('search_path=') + 1)
    from pg_catalog.pg_db_role_setting as s
    cross join lateral pg_catalog.unnest(s.setconfig) as line
    where line like 'search\_path=%'
      and s.setdatabase in (0, (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()))
  ) as setting (said)
)
select distinct
  n.name as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s may create in %s, where other sessions look for names', h.name, n.name) as message,
  pg_catalog.format('REVOKE CREATE ON SCHEMA %s FROM %s;', n.name, h.quoted) as remedy
from user_schema as n
cross join lateral pg_catalog.aclexplode(n.acl) as a
-- Schemas in which only a definer may create are left out: nobody logs in as one, and its functions are reviewed.
join reach as h on h.role = a.grantee
where a.privilege_type = 'CREATE' and a.grantee <> n.owner
  and (
    exists (select from path as p where p.schema = n.name)
    -- A schema with the role's own name is in its search_path.
    or exists (select from path as p where p.schema = '"$user"')
      and exists (select from pg_catalog.pg_roles as r where pg_catalog.quote_ident(r.rolname) = n.name and r.oid <> h.role)
  )
order by 1, 2, 3
