-- Common table expressions that stand in front of every check's statement. $1 is the contract as check-input.ts gives it. System
-- schemas, the tool's own schema and members of extensions are left out.
with recursive

contract (said) as (select $1::jsonb),

tenancy (tenant_column, setting) as (
  select said #>> '{tenancy,column}', said #>> '{tenancy,setting}' from contract
),

-- Contracted roles that the checks judge. A migrator is not judged, and a superuser is a finding of its own.
identity (role, name, kind) as (
  select r.oid, r.rolname::text, i.kind
  from contract
  cross join lateral pg_catalog.jsonb_to_recordset(said -> 'identities') as i (name text, kind text)
  join pg_catalog.pg_roles as r on r.rolname = i.name
  where i.kind not in ('migrator', 'platform') and not r.rolsuper
),

-- The role to which a remedy gives objects.
migrator (quoted) as (
  select coalesce(pg_catalog.min(pg_catalog.quote_ident(i.name)), 'CURRENT_USER')
  from contract
  cross join lateral pg_catalog.jsonb_to_recordset(said -> 'identities') as i (name text, kind text)
  where i.kind = 'migrator'
),

-- Roles of the platform. Nobody can mend what belongs to them.
platform_role (role) as (
  select r.oid
  from contract
  cross join lateral pg_catalog.jsonb_to_recordset(said -> 'identities') as i (name text, kind text)
  join pg_catalog.pg_roles as r on r.rolname = i.name
  where i.kind = 'platform'
),

-- Roles whose privileges a runtime session can use: PUBLIC, logins and groups, and every role that they are members of.
reach (role, name, quoted) as (
  select 0::oid, 'PUBLIC', 'PUBLIC'
  union all
  select r.oid, r.rolname::text, pg_catalog.quote_ident(r.rolname)
  from pg_catalog.pg_roles as r
  where not r.rolsuper
    and exists (
      select from identity as i
      where i.kind in ('login', 'group') and pg_catalog.pg_has_role(i.role, r.oid, 'MEMBER')
    )
),

-- The same roles and the definers.
holder (role, name, quoted) as (
  select role, name, quoted from reach
  union
  select role, name, pg_catalog.quote_ident(name) from identity
),

user_schema (oid, name, owner, acl, is_open) as (
  select n.oid, pg_catalog.quote_ident(n.nspname), n.nspowner, coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)),
    exists (select from reach as h where pg_catalog.has_schema_privilege(h.role, n.oid, 'USAGE'))
  from pg_catalog.pg_namespace as n
  where n.nspname !~ '^(pg_|information_schema$|rolecall_tap$)'
),

extension_member (class, oid) as (
  select d.classid, d.objid from pg_catalog.pg_depend as d where d.deptype = 'e'
),

-- whose: the contract says who owns its rows. guarded: it has row security, or the contract lets only functions reach it.
relation (oid, name, schema, kind, owner, acl, rls, forced, invoker, tenant_column, only_through, whose, isolated, guarded) as (
  select
    c.oid, named.name, c.relnamespace, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
    coalesce((
      select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions) where option_name = 'security_invoker'
    ), false),
    a.attnum, contracted.only_through, contracted.whose, c.relrowsecurity and a.attnum is not null, c.relrowsecurity or contracted.only_through
  from pg_catalog.pg_class as c
  join user_schema as n on n.oid = c.relnamespace
  cross join contract
  cross join tenancy
  cross join lateral (values (n.name || '.' || pg_catalog.quote_ident(c.relname))) as named (name)
  cross join lateral (
    values (
      coalesce(pg_catalog.jsonb_array_length(said -> 'tables' -> named.name -> 'only_through') > 0, false),
      coalesce((said -> 'tables' -> named.name ->> 'whose')::boolean, false)
    )
  ) as contracted (only_through, whose)
  left join pg_catalog.pg_attribute as a
    on a.attrelid = c.oid and a.attname = tenant_column and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not exists (select from extension_member as e where e.class = 'pg_catalog.pg_class'::regclass and e.oid = c.oid)
),

-- Privileges on relations that a runtime session can use, each with the role that it was granted to. Owners' own privileges are
-- left out.
granted (relation, privilege, role, name, quoted) as (
  select r.oid, a.privilege_type, h.role, h.name, h.quoted
  from relation as r
  join user_schema as n on n.oid = r.schema and n.is_open
  join (
    select c.oid, c.relacl from pg_catalog.pg_class as c where c.relacl is not null
    union all
    select c.attrelid, c.attacl from pg_catalog.pg_attribute as c where c.attacl is not null
  ) as given (oid, acl) on given.oid = r.oid
  cross join lateral pg_catalog.aclexplode(given.acl) as a
  join reach as h on h.role = a.grantee
  where a.grantee <> r.owner
  union
  select r.oid, p.privilege, h.role, h.name, h.quoted
  from reach as h
  join (
    values ('pg_read_all_data', 'SELECT'), ('pg_write_all_data', 'INSERT'), ('pg_write_all_data', 'UPDATE'), ('pg_write_all_data', 'DELETE')
  ) as p (role, privilege) on p.role = h.name
  cross join relation as r
),

routine (oid, name, word, owner, definer, language, source, code, search_path, is_trigger, acl) as (
  select
    p.oid, p.oid::regprocedure::text, case p.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end, p.proowner, p.prosecdef, p.prolang,
    -- Bodies as bodies.ts read them: without comments, and without the contents of strings. An SQL-standard body was resolved
    -- when it was made and has no source.
    case when p.prosqlbody is null then coalesce(said #>> array['bodies', p.oid::text, 'source'], p.prosrc) end,
    case when p.prosqlbody is null then coalesce(said #>> array['bodies', p.oid::text, 'code'], p.prosrc) end,
    (
      select pg_catalog.substr(line, pg_catalog.length('search_path=') + 1)
      from pg_catalog.unnest(p.proconfig) as line
      where line like 'search\_path=%'
    ),
    p.prorettype in ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype),
    coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
  from contract
  cross join pg_catalog.pg_proc as p
  join user_schema as n on n.oid = p.pronamespace
  where not exists (
    select from pg_catalog.pg_depend as d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i')
  )
    and p.proowner not in (select role from platform_role)
),

-- EXECUTE that a runtime session can use, with the role that it was granted to.
executable (routine, role, name, quoted) as (
  select distinct p.oid, h.role, h.name, h.quoted
  from routine as p
  cross join lateral pg_catalog.aclexplode(p.acl) as a
  join reach as h on h.role = a.grantee
  where a.grantee <> p.owner
),

-- SECURITY DEFINER functions that a runtime session can call or fire by a trigger.
gateway (oid, name, word, owner, language, source, code, search_path) as (
  select p.oid, p.name, p.word, p.owner, p.language, p.source, p.code, p.search_path
  from routine as p
  where p.definer
    and (
      exists (select from executable as x where x.routine = p.oid)
      or exists (select from pg_catalog.pg_trigger as t where t.tgfoid = p.oid)
    )
),

-- Policies that apply to a runtime session. tree is the server's own parse of both expressions.
policy (relation, relation_name, name, quoted, permissive, command, using_text, check_text, using_tree, tree, roles) as (
  select
    r.oid, r.name, p.polname::text, pg_catalog.quote_ident(p.polname), p.polpermissive,
    case p.polcmd when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL' end,
    pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid),
    p.polqual::text, pg_catalog.concat_ws(' ', p.polqual::text, p.polwithcheck::text), p.polroles
  from pg_catalog.pg_policy as p
  join relation as r on r.oid = p.polrelid and r.rls
  where exists (select from reach as h where h.role = any (p.polroles))
),

-- Restrictive policies, and whether they check the rows that are read and those that are written: by the tenant's column if the
-- table has it, otherwise by any column.
floor (relation, command, roles, holds_read, holds_written) as (
  select
    p.relation, p.command, p.roles,
    case when r.isolated then p.using_text ~ ('\m' || t.tenant_column || '\M') else p.using_tree ~ '\{VAR ' end,
    case
      when r.isolated then coalesce(p.check_text, p.using_text) ~ ('\m' || t.tenant_column || '\M')
      else coalesce(q.polwithcheck, q.polqual)::text ~ '\{VAR '
    end
  from policy as p
  join relation as r on r.oid = p.relation
  join pg_catalog.pg_policy as q on q.polrelid = p.relation and q.polname = p.name
  cross join tenancy as t
  where not p.permissive
),

-- Tables that a view reads with its owner's rights for everybody who may read the view, and that owner. A security_invoker view
-- reads as the session and ends the chain, except below a materialized view, whose rows are already read.
reading (top, relation, reader, stored) as (
  select v.oid, d.refobjid, v.owner, v.kind = 'm'
  from relation as v
  join pg_catalog.pg_rewrite as w on w.ev_class = v.oid and w.ev_type = '1'
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
  where v.kind = 'm' or v.kind = 'v' and not v.invoker
  union
  select s.top, d.refobjid, v.owner, s.stored or v.kind = 'm'
  from reading as s
  join relation as v on v.oid = s.relation and (v.kind = 'm' or v.kind = 'v' and (s.stored or not v.invoker))
  join pg_catalog.pg_rewrite as w on w.ev_class = v.oid and w.ev_type = '1'
  join pg_catalog.pg_depend as d
    on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
)
