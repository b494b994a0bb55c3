-- since: 15
-- Grants of SET and ALTER SYSTEM on server parameters.
select 'parameter' as kind, p.parname as object, '' as role, '' as property, '{}'::jsonb as detail, p.paracl::text as acl
from pg_catalog.pg_parameter_acl as p;
