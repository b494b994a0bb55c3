-- Bodies of SECURITY DEFINER functions that are text in a language that PostgreSQL's parser reads.
select p.oid::text as oid, p.prosrc as body
from pg_catalog.pg_proc as p
join pg_catalog.pg_language as l on l.oid = p.prolang
where p.prosecdef and p.prosqlbody is null and l.lanname in ('sql', 'plpgsql') and p.oid >= 16384
