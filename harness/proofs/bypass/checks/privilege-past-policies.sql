--! title: A runtime identity holds a privilege that row-level security does not limit.
--! severity: medium
--! why: TRUNCATE empties a table for every tenant; REFERENCES tells whether hidden keys exist; TRIGGER runs code in other sessions; MAINTAIN locks the table and reads past policies.
--! remedy: Revoke it: an application does not need it.
--! source: Row Security Policies; Privileges
select
  r.name as object,
  g.name as identity,
  g.privilege as access,
  pg_catalog.format('%s may %s %s, and no policy limits that', g.name, g.privilege, r.name) as message,
  pg_catalog.format('REVOKE %s ON %s FROM %s;', g.privilege, r.name, g.quoted) as remedy
from relation as r
join granted as g on g.relation = r.oid
where g.privilege in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN')
order by 1, 2, 3
