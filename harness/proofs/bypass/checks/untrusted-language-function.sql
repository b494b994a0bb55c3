--! title: A runtime identity may execute a function in an untrusted language.
--! severity: high
--! why: Code in an untrusted language runs with the rights of the server process and without the checks of the built-in function it may stand for.
--! remedy: Revoke EXECUTE on the function, or write it in a trusted language.
--! source: CREATE LANGUAGE; Procedural Languages
select
  p.name as object,
  x.name as identity,
  '' as access,
  pg_catalog.format('%s may execute %s, which is written in the untrusted language %I', x.name, p.name, l.lanname) as message,
  pg_catalog.format('REVOKE EXECUTE ON %s %s FROM %s;', p.word, p.name, x.quoted) as remedy
from routine as p
join executable as x on x.routine = p.oid
join pg_catalog.pg_language as l on l.oid = p.language and not l.lanpltrusted
join pg_catalog.pg_proc as f on f.oid = p.oid and f.prokind in ('f', 'p')
where l.lanname <> 'sql' and not p.is_trigger
  -- A function in `internal` is a second name of a built-in one. It bypasses something only if PUBLIC may not execute the
  -- built-in one.
  and (
    l.lanname <> 'internal'
    or exists (
      select from pg_catalog.pg_proc as b
      where b.oid < 16384 and b.prolang = f.prolang and b.prosrc = f.prosrc
        and not pg_catalog.has_function_privilege('public', b.oid, 'EXECUTE')
    )
  )
order by 1, 2, 3
