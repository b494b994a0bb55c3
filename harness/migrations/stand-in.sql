-- What this transaction has made becomes an extension, as if CREATE EXTENSION had made it.
;
set local search_path = pg_catalog;
set local allow_system_table_mods = on;

with
made as (
  select made.class, made.oid, made.namespace
  from (
    select 'pg_proc'::regclass as class, oid, pronamespace as namespace, xmin from pg_proc
    union all select 'pg_type'::regclass, oid, typnamespace, xmin from pg_type where not exists (
      select from pg_type as element where element.typarray = pg_type.oid
    )
    union all select 'pg_class'::regclass, oid, relnamespace, xmin from pg_class where relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c')
    union all select 'pg_operator'::regclass, oid, oprnamespace, xmin from pg_operator
    union all select 'pg_opclass'::regclass, oid, opcnamespace, xmin from pg_opclass
    union all select 'pg_opfamily'::regclass, oid, opfnamespace, xmin from pg_opfamily
    union all select 'pg_collation'::regclass, oid, collnamespace, xmin from pg_collation
    union all select 'pg_conversion'::regclass, oid, connamespace, xmin from pg_conversion
    union all select 'pg_ts_config'::regclass, oid, cfgnamespace, xmin from pg_ts_config
    union all select 'pg_ts_dict'::regclass, oid, dictnamespace, xmin from pg_ts_dict
    union all select 'pg_am'::regclass, oid, null, xmin from pg_am
    union all select 'pg_cast'::regclass, oid, null, xmin from pg_cast
    union all select 'pg_language'::regclass, oid, null, xmin from pg_language
    union all select 'pg_foreign_data_wrapper'::regclass, oid, null, xmin from pg_foreign_data_wrapper
    union all select 'pg_namespace'::regclass, oid, null, xmin from pg_namespace
  ) as made
  -- Catalog rows that came with the server were only changed.
  where made.xmin = pg_current_xact_id()::xid and made.oid >= 16384
),

extension as (
  insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
  select
    -- An oid that initdb leaves free and that no object gets. Below 12000 the object would be pinned.
    (
      select min(free)
      from generate_series(16000, 16383) as free
      where not exists (select from pg_extension where oid = free::oid)
    ),
    :'stand_in',
    (select oid from pg_roles where rolname = current_user),
    coalesce(
      (
        select namespace
        from made
        where namespace is not null
        group by namespace
        order by count(*) desc, namespace
        limit 1
      ),
      'public'::regnamespace
    ),
    false,
    'stand-in'
  returning oid
)

insert into pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
select made.class, made.oid, 0, 'pg_extension'::regclass, extension.oid, 0, 'e'
from made
cross join extension;
