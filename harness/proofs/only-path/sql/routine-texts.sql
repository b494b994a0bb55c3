-- Bodies of routines in languages that PostgreSQL's parser reads. An SQL-standard body is text as the server prints it.
select p.oid::text as oid, coalesce(pg_catalog.pg_get_function_sqlbody(p.oid), p.prosrc) as body
from pg_catalog.pg_proc as p
join pg_catalog.pg_language as l on l.oid = p.prolang
where l.lanname in ('sql', 'plpgsql') and p.oid >= 16384
