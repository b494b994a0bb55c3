-- What the databases of one cluster share, as one document, to find what has changed. For a password it holds a digest of what
-- the server stores, and it is written nowhere. A role that is not a superuser reads pg_roles, which hides passwords.
with shared as (
  select 'database' as kind, d.datname::text as name, d.datdba as owner,
    coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba)) as acl,
    pg_catalog.jsonb_build_object('oid', d.oid, 'connections', d.datconnlimit, 'open', d.datallowconn, 'template', d.datistemplate) as detail
  from pg_catalog.pg_database as d
  union all
  select 'tablespace', t.spcname::text, t.spcowner, coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner)),
    pg_catalog.jsonb_build_object('oid', t.oid, 'options', t.spcoptions)
  from pg_catalog.pg_tablespace as t
)
select pg_catalog.jsonb_build_object(
  'roles', (
    select pg_catalog.jsonb_agg(
      pg_catalog.to_jsonb(a) - 'rolconfig' || pg_catalog.jsonb_build_object(
        'rolpassword', pg_catalog.sha256(pg_catalog.convert_to(a.rolpassword, 'UTF8')),
        'comment', pg_catalog.shobj_description(a.oid, 'pg_authid')
      )
      order by a.oid
    )
    from pg_catalog.:roles as a
  ),
  'memberships', (
    select coalesce(pg_catalog.jsonb_agg(m.line order by m.line::text collate "C"), '[]')
    from (
      select pg_catalog.jsonb_build_object(
        'role', pg_catalog.pg_get_userbyid(am.roleid),
        'member', pg_catalog.pg_get_userbyid(am.member),
        'grantor', pg_catalog.pg_get_userbyid(am.grantor),
        'admin', am.admin_option,
        'inherit', pg_catalog.to_jsonb(am) -> 'inherit_option',
        'set', pg_catalog.to_jsonb(am) -> 'set_option'
      ) as line
      from pg_catalog.pg_auth_members as am
    ) as m
  ),
  'settings', (
    select coalesce(pg_catalog.jsonb_agg(s.line order by s.line::text collate "C"), '[]')
    from (
      select pg_catalog.jsonb_build_object(
        'database', d.datname, 'role', r.rolname, 'settings', pg_catalog.to_jsonb(s.setconfig)
      ) as line
      from pg_catalog.pg_db_role_setting as s
      left join pg_catalog.pg_database as d on d.oid = s.setdatabase
      left join pg_catalog.pg_roles as r on r.oid = s.setrole
    ) as s
  ),
  -- The result of parameter-state.sql, from PostgreSQL 15 on.
  'parameters', (:parameters),
  'shared', (
    select pg_catalog.jsonb_agg(
      pg_catalog.jsonb_build_object(
        'kind', o.kind, 'name', o.name, 'owner', pg_catalog.pg_get_userbyid(o.owner), 'detail', o.detail,
        'grants', (
          select coalesce(pg_catalog.jsonb_agg(g.line order by g.line::text collate "C"), '[]')
          from (
            select pg_catalog.jsonb_build_object(
              'grantee', case x.grantee when 0 then '' else pg_catalog.pg_get_userbyid(x.grantee)::text end,
              'privilege', x.privilege_type, 'grantable', x.is_grantable
            ) as line
            from pg_catalog.aclexplode(o.acl) as x
          ) as g
        )
      )
      order by o.kind, o.name collate "C"
    )
    from shared as o
  )
) as state
