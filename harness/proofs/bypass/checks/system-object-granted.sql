--! title: A runtime identity was given a privilege on a system object.
--! severity: high
--! why: Functions that read files and catalogs that hold passwords are closed on purpose; no part of an application's schema shows that one was opened.
--! remedy: Revoke it, or use the predefined role that is meant for the purpose.
--! source: pg_init_privs; Predefined Roles
with object (class, oid, sub, name, word, acl, builtin) as (
  select 'pg_catalog.pg_proc'::regclass, p.oid, 0, n.nspname || '.' || p.proname || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')',
    case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end, p.proacl, pg_catalog.acldefault('f', p.proowner)
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where p.proacl is not null
  union all
  select 'pg_catalog.pg_class'::regclass, c.oid, 0, pg_catalog.format('%I.%I', n.nspname, c.relname), case c.relkind when 'S' then 'SEQUENCE' else 'TABLE' end, c.relacl, null
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.relacl is not null
  union all
  select 'pg_catalog.pg_class'::regclass, c.oid, a.attnum, pg_catalog.format('%I.%I', n.nspname, c.relname), 'TABLE', a.attacl, null
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where a.attacl is not null
  union all
  select 'pg_catalog.pg_namespace'::regclass, n.oid, 0, pg_catalog.quote_ident(n.nspname), 'SCHEMA', n.nspacl, null
  from pg_catalog.pg_namespace as n
  where n.nspname in ('pg_catalog', 'information_schema', 'pg_toast')
),
-- Most objects are unchanged. Only the ACLs of the others are expanded.
changed (class, oid, sub, name, word, acl, was) as (
  select o.class, o.oid, o.sub, o.name, o.word, o.acl, coalesce(i.initprivs, o.builtin)
  from object as o
  left join pg_catalog.pg_init_privs as i on i.classoid = o.class and i.objoid = o.oid and i.objsubid = o.sub
  where o.acl is distinct from coalesce(i.initprivs, o.builtin)
)
select
  o.name as object,
  h.name as identity,
  pg_catalog.string_agg(distinct a.privilege_type, ', ') as access,
  pg_catalog.format('%s was given %s on %s, which belongs to the server or to an extension', h.name, pg_catalog.string_agg(distinct a.privilege_type, ', '), o.name) as message,
  pg_catalog.format('REVOKE %s ON %s %s FROM %s;', pg_catalog.string_agg(distinct a.privilege_type || coalesce(' (' || pg_catalog.quote_ident(c.attname) || ')', ''), ', '), o.word, o.name, h.quoted) as remedy
from changed as o
cross join lateral pg_catalog.aclexplode(o.acl) as a
join reach as h on h.role = a.grantee
left join pg_catalog.pg_attribute as c on o.class = 'pg_catalog.pg_class'::regclass and c.attrelid = o.oid and c.attnum = o.sub and o.sub > 0
where (
    -- It came with the server, or belongs to an extension. public is the users' own schema.
    o.oid < 16384
    or exists (select from extension_member as e where e.class = o.class and e.oid = o.oid)
  )
  -- initdb grants these on the information schema only after it has noted the initial privileges.
  and not (o.name ~ '^information_schema(\.|$)' and a.privilege_type in ('SELECT', 'USAGE'))
  and not exists (
    select
    from pg_catalog.aclexplode(o.was) as was
    where was.grantee = a.grantee and was.privilege_type = a.privilege_type
  )
group by o.name, o.word, h.name, h.quoted
order by 1, 2, 3
