--! title: A materialized view holds rows of a guarded table and can be read.
--! severity: high
--! why: Its rows were read as its owner when it was refreshed; no policy applies to it and it cannot have one.
--! remedy: Revoke it from runtime roles and let them read it through a function or a view that filters by tenant.
--! source: CREATE MATERIALIZED VIEW; Row Security Policies
select
  v.name as object,
  g.name as identity,
  '' as access,
  pg_catalog.format('%s may read %s, which holds rows of %s', g.name, v.name, reads.tables) as message,
  pg_catalog.format('REVOKE SELECT ON %s FROM %s;', v.name, g.quoted) as remedy
from relation as v
join granted as g on g.relation = v.oid and g.privilege = 'SELECT'
join (
  select s.top, pg_catalog.string_agg(distinct r.name, ', ')
  from reading as s
  join relation as r on r.oid = s.relation and r.guarded
  group by s.top
) as reads (top, tables) on reads.top = v.oid
where v.kind = 'm'
order by 1, 2, 3
