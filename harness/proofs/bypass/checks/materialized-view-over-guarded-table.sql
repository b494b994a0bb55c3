--! title: A materialized view holds rows of a guarded table and can be read.
--! severity: high
--! why: Its rows were read as its owner when it was refreshed; no policy applies to it and it cannot have one.
--! remedy: Revoke it from runtime roles, give it another owner where one of them owns it, and let them read it through a function that filters by tenant, or through a view that does and has security_barrier.
--! source: CREATE MATERIALIZED VIEW; Row Security Policies
select
  v.name as object,
  h.name as identity,
  '' as access,
  pg_catalog.format('%s %s %s, which holds rows of %s', h.name, h.may, v.name, reads.tables) as message,
  h.remedy
from relation as v
join (
  select g.relation, g.name, 'may read', pg_catalog.format('REVOKE SELECT ON %s FROM %s;', r.name, g.quoted)
  from granted as g
  join relation as r on r.oid = g.relation
  where g.privilege = 'SELECT'
  union
  -- The owner may read it without a grant.
  select r.oid, o.name, 'owns', pg_catalog.format('ALTER MATERIALIZED VIEW %s OWNER TO %s;', r.name, m.quoted)
  from relation as r
  join user_schema as n on n.oid = r.schema and n.is_open
  join reach as o on o.role = r.owner
  cross join migrator as m
  where r.kind = 'm'
) as h (relation, name, may, remedy) on h.relation = v.oid
join (
  select s.top, pg_catalog.string_agg(distinct r.name, ', ')
  from reading as s
  join relation as r on r.oid = s.relation and r.guarded
  group by s.top
) as reads (top, tables) on reads.top = v.oid
where v.kind = 'm'
order by 1, 2, 3
