--! title: A function that is not built in claims to be leakproof.
--! severity: medium
--! why: A leakproof function may run before a policy or a security barrier has hidden a row; if it tells its arguments in an error or a notice, hidden rows come out.
--! remedy: Take the claim back unless the body provably tells nothing of its arguments.
--! source: Rules and Privileges; LEAKPROOF in CREATE FUNCTION
select
  p.name as object,
  '' as identity,
  '' as access,
  pg_catalog.format('%s is marked LEAKPROOF: it may see rows that policies hide', p.name) as message,
  pg_catalog.format('ALTER FUNCTION %s NOT LEAKPROOF;', p.name) as remedy
from routine as p
join pg_catalog.pg_proc as f on f.oid = p.oid
where f.proleakproof
order by 1, 2, 3
