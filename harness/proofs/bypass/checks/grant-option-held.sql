--! title: A runtime identity may pass a privilege on.
--! severity: medium
--! why: Who holds a grant option can give the privilege to roles that the contract keeps from it, and leaves grants behind that depend on its own.
--! remedy: Revoke the grant option; only owners and migrators grant.
--! source: GRANT, WITH GRANT OPTION
with object (name, word, acl, owner) as (
  select r.name, 'TABLE ' || r.name, r.acl, r.owner from relation as r
  union all
  select r.name || '.' || pg_catalog.quote_ident(c.attname), 'TABLE ' || r.name, c.attacl, r.owner
  from relation as r
  join pg_catalog.pg_attribute as c on c.attrelid = r.oid and c.attacl is not null
  union all
  select n.name || '.' || pg_catalog.quote_ident(s.relname), pg_catalog.format('SEQUENCE %s.%I', n.name, s.relname), s.relacl, s.relowner
  from pg_catalog.pg_class as s
  join user_schema as n on n.oid = s.relnamespace
  where s.relkind = 'S'
  union all
  select p.name, p.word || ' ' || p.name, p.acl, p.owner from routine as p
  union all
  select n.name, 'SCHEMA ' || n.name, n.acl, n.owner from user_schema as n
  union all
  select 'database', 'DATABASE ' || pg_catalog.quote_ident(d.datname), d.datacl, d.datdba
  from pg_catalog.pg_database as d
  where d.datname = pg_catalog.current_database()
  union all
  select t.oid::regtype::text, 'TYPE ' || t.oid::regtype, t.typacl, t.typowner
  from pg_catalog.pg_type as t
  where t.typacl is not null
  union all
  select 'language ' || pg_catalog.quote_ident(l.lanname), 'LANGUAGE ' || pg_catalog.quote_ident(l.lanname), l.lanacl, l.lanowner
  from pg_catalog.pg_language as l
  union all
  select 'foreign server ' || pg_catalog.quote_ident(s.srvname), 'FOREIGN SERVER ' || pg_catalog.quote_ident(s.srvname), s.srvacl, s.srvowner
  from pg_catalog.pg_foreign_server as s
  union all
  select 'foreign data wrapper ' || pg_catalog.quote_ident(w.fdwname), 'FOREIGN DATA WRAPPER ' || pg_catalog.quote_ident(w.fdwname), w.fdwacl, w.fdwowner
  from pg_catalog.pg_foreign_data_wrapper as w
)
select distinct
  o.name as object,
  h.name as identity,
  a.privilege_type as access,
  pg_catalog.format('%s may grant %s on %s to others', h.name, a.privilege_type, o.name) as message,
  pg_catalog.format(
    'REVOKE GRANT OPTION FOR %s%s ON %s FROM %s CASCADE;',
    a.privilege_type,
    -- A column's privilege is revoked from the column.
    case when o.word like 'TABLE %' and o.name <> pg_catalog.substr(o.word, 7)
      then pg_catalog.format(' (%s)', pg_catalog.substr(o.name, pg_catalog.length(o.word) - 4)) else '' end,
    o.word, h.quoted
  ) as remedy
from object as o
cross join lateral pg_catalog.aclexplode(o.acl) as a
join holder as h on h.role = a.grantee
where a.is_grantable and a.grantee <> o.owner
order by 1, 2, 3
