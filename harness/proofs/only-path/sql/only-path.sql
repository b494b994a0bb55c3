-- Paths to each table with `only_through` besides its listed functions, with the contracted roles that have a privilege on them.
-- It follows the prelude of the bypass checks and shares its $1.
, target (oid, name) as (
  select r.oid, r.name from relation as r where r.only_through
),

listed (target, routine, owner) as (
  select t.oid, p.oid, p.proowner
  from target as t
  cross join contract
  cross join lateral pg_catalog.jsonb_array_elements_text(said -> 'tables' -> t.name -> 'only_through') as gateway (signature)
  join pg_catalog.pg_proc as p on p.oid = pg_catalog.to_regprocedure(gateway.signature)
),

-- The table, what holds its rows (partitions, children), and what shows them (parents).
family (target, relation, word) as (
  select oid, oid, 'itself' from target
  union
  select f.target, kin.relation, kin.word
  from family as f
  cross join lateral (
    select i.inhrelid, 'child' from pg_catalog.pg_inherits as i where i.inhparent = f.relation and f.word <> 'parent'
    union all
    select i.inhparent, 'parent' from pg_catalog.pg_inherits as i where i.inhrelid = f.relation and f.word <> 'child'
  ) as kin (relation, word)
),

-- The family and every view over it, including security_invoker views: a definer reads through one as itself.
layer (target, relation) as (
  select target, relation from family
  union
  select l.target, w.ev_class
  from layer as l
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = l.relation and d.classid = 'pg_catalog.pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as w on w.oid = d.objid and w.ev_type = '1' and w.ev_class <> l.relation
),

-- A name in a body: alone or after its schema, quoted or not, and not part of another name.
word (oid, pattern) as (
  select
    o.oid,
    pg_catalog.format(
      '(^|[^[:alnum:]_$."]|(^|[^[:alnum:]_$"])"?%s"?\s*\.\s*)"?%s"?($|[^[:alnum:]_$"])',
      pg_catalog.regexp_replace(n.nspname, '([^[:alnum:]_])', '\\\1', 'g'),
      pg_catalog.regexp_replace(o.name, '([^[:alnum:]_])', '\\\1', 'g')
    )
  from (
    select distinct c.oid, c.relname::text, c.relnamespace from layer as l join pg_catalog.pg_class as c on c.oid = l.relation
    union all
    select p.oid, p.proname::text, p.pronamespace from pg_catalog.pg_proc as p join routine as r on r.oid = p.oid where exists (select from target)
  ) as o (oid, name, namespace)
  join pg_catalog.pg_namespace as n on n.oid = o.namespace
),

-- Routines, except the listed ones, that name the table or such a routine.
mention (target, routine) as (
  select l.target, p.oid
  from layer as l
  join word as w on w.oid = l.relation
  join routine as p on p.source ~* w.pattern
    or p.source is null and exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = l.relation
    )
  where not exists (select from listed as d where d.target = l.target and d.routine = p.oid)
  union
  select m.target, p.oid
  from mention as m
  join word as w on w.oid = m.routine
  join routine as p on p.oid <> m.routine and (
    p.source ~* w.pattern
    or p.source is null and exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = m.routine
    )
  )
  where not exists (select from listed as d where d.target = m.target and d.routine = p.oid)
),

-- Routines whose body runs text that it does not hold in full, or is in a language that is not read, and routines that call one
-- as themselves.
blind (routine, root, why) as (
  select
    p.oid, p.oid,
    case when l.lanname in ('sql', 'plpgsql') then 'body runs text it is given' else pg_catalog.format('body is in the language %I', l.lanname) end
  from contract
  cross join routine as p
  join pg_catalog.pg_language as l on l.oid = p.language
  where l.lanname not in ('sql', 'plpgsql', 'internal') or said -> 'given_text' ? p.oid::text
  union
  select p.oid, b.root, b.why
  from blind as b
  join routine as called on called.oid = b.routine and not called.definer
  join word as w on w.oid = b.routine
  join routine as p on p.oid <> b.routine and (
    p.source ~* w.pattern
    or p.source is null and exists (
      select from pg_catalog.pg_depend as d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = b.routine
    )
  )
),

-- Those of them that are definers, are not listed, and whose owner has a privilege on the table, on a view over it or on a path
-- to it.
unread (target, routine, why) as (
  select
    t.oid, p.oid,
    (
      select pg_catalog.min(case when b.root = p.oid then b.why else pg_catalog.format('%s, which it calls: %s', r.name, b.why) end)
      from blind as b
      join routine as r on r.oid = b.root
      where b.routine = p.oid
    )
  from target as t
  join routine as p on p.definer and p.oid in (select routine from blind)
  where not exists (select from listed as l where l.target = t.oid and l.routine = p.oid)
    and not exists (select from mention as m where m.target = t.oid and m.routine = p.oid)
    and (
      exists (
        select from layer as l
        where l.target = t.oid and (
          pg_catalog.has_table_privilege(p.owner, l.relation, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
          or pg_catalog.has_any_column_privilege(p.owner, l.relation, 'SELECT, INSERT, UPDATE')
        )
      )
      or exists (
        select from (select target, routine from listed union select target, routine from mention) as gateway
        join routine as r on r.oid = gateway.routine and r.definer
        where gateway.target = t.oid and pg_catalog.has_function_privilege(p.owner, r.oid, 'EXECUTE')
      )
    )
),

-- The privilege that a role needs to use the path: on a relation, or EXECUTE on a routine. `unread` says why it is not known to
-- be a path.
way (target, kind, name, relation, routine, privileges, unread) as (
  select t.oid, 'privilege', p.privilege, t.oid, null::oid, array[p.privilege], null::text
  from target as t
  cross join pg_catalog.unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p (privilege)
  union all
  select f.target, f.word, r.name, r.oid, null, array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'], null
  from family as f
  join relation as r on r.oid = f.relation
  where f.word <> 'itself'
  union all
  select distinct f.target, case v.kind when 'm' then 'materialized view' else 'view' end, v.name, v.oid, null::oid, array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], null
  from family as f
  join reading as s on s.relation = f.relation
  join relation as v on v.oid = s.top
  union all
  select distinct l.target, 'rule', pg_catalog.format('%I on %s', w.rulename, r.name), r.oid, null::oid,
    array[case w.ev_type when '2' then 'UPDATE' when '3' then 'INSERT' else 'DELETE' end], null
  from layer as l
  join pg_catalog.pg_depend as d
    on d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid = l.relation and d.classid = 'pg_catalog.pg_rewrite'::regclass
  join pg_catalog.pg_rewrite as w on w.oid = d.objid and w.ev_type <> '1' and w.ev_class <> l.relation
  join relation as r on r.oid = w.ev_class
  union all
  select m.target, 'definer function', p.name, null, p.oid, array['EXECUTE'], m.unread
  from (select target, routine, null from mention union all select target, routine, why from unread) as m (target, routine, unread)
  join routine as p on p.oid = m.routine and p.definer and not p.is_trigger
  union all
  select distinct m.target, 'trigger', pg_catalog.format('%I on %s', g.tgname, r.name), r.oid, null::oid,
    pg_catalog.array_remove(array[
      case when g.tgtype & 4 <> 0 then 'INSERT' end, case when g.tgtype & 8 <> 0 then 'DELETE' end,
      case when g.tgtype & 16 <> 0 then 'UPDATE' end, case when g.tgtype & 32 <> 0 then 'TRUNCATE' end
    ], null), m.unread
  from (select target, routine, null from mention union all select target, routine, why from unread) as m (target, routine, unread)
  join routine as p on p.oid = m.routine and p.definer and p.is_trigger
  join pg_catalog.pg_trigger as g on g.tgfoid = p.oid and not g.tgisinternal
  join relation as r on r.oid = g.tgrelid
  union all
  select f.target, 'foreign key', pg_catalog.format('%I to %s', k.conname, parent.name), parent.oid, null,
    pg_catalog.array_remove(array[case when k.confdeltype in ('c', 'n', 'd') then 'DELETE' end, case when k.confupdtype in ('c', 'n', 'd') then 'UPDATE' end], null), null
  from family as f
  join pg_catalog.pg_constraint as k on k.conrelid = f.relation and k.contype = 'f' and k.conparentid = 0
  join relation as parent on parent.oid = k.confrelid
  where not exists (select from family as own where own.target = f.target and own.relation = parent.oid)
)

-- The owner of a listed function is left out: it needs the table. A contract without such a table finds nothing.
select t.name as "table", w.kind, w.name, w.unread, pg_catalog.array_agg(distinct h.name order by h.name) as roles
from way as w
join target as t on t.oid = w.target
join holder as h on h.role = 0 or not exists (select from listed as l where l.target = w.target and l.owner = h.role)
where case
  when w.routine is not null then pg_catalog.has_function_privilege(h.role, w.routine, 'EXECUTE')
    and (w.unread is null or exists (
      select from pg_catalog.pg_proc as p
      where p.oid = w.routine and p.proowner <> h.role
        and (
          pg_catalog.has_schema_privilege(h.role, p.pronamespace, 'USAGE')
          -- A view or a column default calls it, whatever schema it is in.
          or exists (
            select from pg_catalog.pg_depend as d
            where d.refclassid = 'pg_catalog.pg_proc'::regclass and d.refobjid = p.oid and d.deptype = 'n'
              and d.classid <> 'pg_catalog.pg_proc'::regclass
          )
        )
    ))
  else exists (
    select from pg_catalog.unnest(w.privileges) as p (privilege)
    where pg_catalog.has_table_privilege(h.role, w.relation, p.privilege)
      or case when p.privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') then pg_catalog.has_any_column_privilege(h.role, w.relation, p.privilege) else false end
  )
end
group by t.name, w.kind, w.name, w.unread
order by 1, 2, 3
