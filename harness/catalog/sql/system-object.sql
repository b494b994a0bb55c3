-- Objects that come with the server, if their owner or grants were changed. Languages and tablespaces have facts of
-- their own.
with object (kind, class, oid, sub, object, owner, acl, made) as (
  select 'function', 'pg_catalog.pg_proc'::regclass, p.oid, 0,
    case n.nspname when 'pg_catalog' then 'pg_catalog.' else '' end || p.oid::regprocedure::text,
    p.proowner, p.proacl, pg_catalog.acldefault('f', p.proowner)
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where p.oid < 16384 and (p.proacl is not null or p.proowner <> 10)
  union all
  select case c.relkind when 'v' then 'view' else 'table' end, 'pg_catalog.pg_class'::regclass, c.oid, 0,
    pg_catalog.format('%I.%I', n.nspname, c.relname), c.relowner, c.relacl,
    -- initdb grants SELECT on the rest of the information schema only after it has noted the initial privileges.
    case
      when n.nspname = 'information_schema' and c.relname !~ '^(_pg_|sql_parts$|transforms$)'
        then pg_catalog.acldefault('r', c.relowner)
          || pg_catalog.makeaclitem(0, c.relowner, 'SELECT', false)
      else pg_catalog.acldefault('r', c.relowner)
    end
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.oid < 16384 and c.relkind in ('r', 'v') and (c.relacl is not null or c.relowner <> 10)
  union all
  select 'column', 'pg_catalog.pg_class'::regclass, c.oid, a.attnum,
    pg_catalog.format('%I.%I.%I', n.nspname, c.relname, a.attname), null, a.attacl, '{}'
  from pg_catalog.pg_attribute as a
  join pg_catalog.pg_class as c on c.oid = a.attrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where c.oid < 16384 and a.attacl is not null
  union all
  select 'schema', 'pg_catalog.pg_namespace'::regclass, n.oid, 0, pg_catalog.quote_ident(n.nspname), n.nspowner, n.nspacl,
    case
      when n.nspname = 'information_schema'
        then pg_catalog.acldefault('n', n.nspowner) || pg_catalog.makeaclitem(0, n.nspowner, 'USAGE', false)
      else pg_catalog.acldefault('n', n.nspowner)
    end
  from pg_catalog.pg_namespace as n
  where n.nspname in ('pg_catalog', 'information_schema', 'pg_toast') and (n.nspacl is not null or n.nspowner <> 10)
  union all
  select 'type', 'pg_catalog.pg_type'::regclass, t.oid, 0, pg_catalog.format('%I.%I', n.nspname, t.typname),
    t.typowner, t.typacl, pg_catalog.acldefault('T', t.typowner)
  from pg_catalog.pg_type as t
  join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
  where t.oid < 16384 and (t.typacl is not null or t.typowner <> 10)
)
select
  o.kind,
  o.object,
  coalesce(pg_catalog.pg_get_userbyid(o.owner)::text, '') as role,
  case when o.owner is null then '' else 'owner' end as property,
  '{"builtin": true}'::jsonb as detail,
  coalesce(o.acl, o.made)::text as acl
from object as o
left join pg_catalog.pg_init_privs as i on i.classoid = o.class and i.objoid = o.oid and i.objsubid = o.sub
where o.owner <> 10
  or not (
    coalesce(o.acl, o.made)::text[] @> coalesce(i.initprivs, o.made)::text[]
    and coalesce(o.acl, o.made)::text[] <@ coalesce(i.initprivs, o.made)::text[]
  );
