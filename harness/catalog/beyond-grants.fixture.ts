/** Changes to objects that belong to another one, to the server's own objects, and to owners of objects without grants. */
export const beyondGrants: [name: string, sql: string, added: string][] = [
  [
    'USAGE on the row type of a table',
    'revoke usage on type public.calls from public',
    'type public.calls postgres owner row_of=public.calls',
  ],
  [
    'EXECUTE on the constructor of a range',
    `create type public.span as range (subtype = int); revoke execute on function public.span(int, int) from public`,
    'function public.span(integer,integer) postgres owner constructor_of=public.span',
  ],
  [
    'another owner of the constructor of a range',
    `create type public.span as range (subtype = int); alter function public.span(int, int) owner to app_rw`,
    'function public.span(integer,integer) app_rw owner constructor_of=public.span',
  ],
  [
    'USAGE on a multirange',
    `create type public.span as range (subtype = int); grant usage on type public.span_multirange to app_rw`,
    'type public.span_multirange app_rw USAGE',
  ],
  ...(['enable replica', 'enable always'] as const).flatMap((fires): typeof beyondGrants => [
    [
      `${fires} of a trigger`,
      `alter table public.calls ${fires} trigger audit`,
      `trigger public.calls - trigger audit definition=`,
    ],
    [
      `${fires} of a rule`,
      `create rule quiet as on delete to public.calls do instead nothing; alter table public.calls ${fires} rule quiet`,
      'rule public.calls - rule quiet definition=',
    ],
    [
      `${fires} of an event trigger`,
      `alter event trigger watch ${fires}`,
      `event-trigger watch - event-trigger enabled=true event=ddl_command_end fires=${fires.slice(7)}`,
    ],
  ]),
  [
    'foreign keys that do not hold',
    'alter table public.calls disable trigger all',
    'trigger public.calls - internal trigger of FOREIGN KEY (tenant_id) REFERENCES public.tenants(id) ON DELETE CASCADE enabled=false',
  ],
  [
    'a trigger that runs as whoever writes',
    'create trigger other before delete on public.calls execute function public.noted()',
    'trigger public.calls - trigger other definition=',
  ],
  ['a database that is a template', 'alter database head is_template true', 'database database - template'],
  [
    'a connection limit of the database',
    'alter database head connection limit 7',
    'database database - connection-limit limit=7',
  ],
  [
    'a function that counts as leaking nothing',
    'alter function public.noted() leakproof',
    'function public.noted() - leakproof',
  ],
  [
    'what a publication sends by its root',
    'alter publication outward set (publish_via_partition_root = true)',
    'publication outward - publication all_tables=false operations=insert, update, delete, truncate via_root=true',
  ],
  [
    'rows and columns that a publication sends',
    'alter publication outward set table public.calls (tenant_id, id) where (id > 0)',
    'publication outward - publishes of public.calls columns=id, tenant_id where=(id > 0)',
  ],
  [
    'a subscription',
    `create subscription inward connection 'password=hunter2' publication b, a with (connect = false)`,
    'subscription inward - subscription enabled=false publications=a, b',
  ],
  [
    'with whose rights a subscription writes',
    `create subscription inward connection '' publication b with (connect = false, run_as_owner = true)`,
    'subscription inward - rights origin=any password_required=true run_as_owner=true',
  ],
  [
    'another server of a foreign table',
    'create server other foreign data wrapper wrapper; create foreign table public.far_too (id int) server other',
    'table public.far_too - foreign-table server=other',
  ],
  [
    'options of a foreign table',
    `alter foreign table public.far options (add x 'y')`,
    'table public.far - foreign-table options=',
  ],
  [
    'options of a server',
    `alter server elsewhere options (add x 'y')`,
    'foreign-server elsewhere postgres owner options=',
  ],
  [
    'options of a wrapper',
    `alter foreign data wrapper wrapper options (add x 'y')`,
    'foreign-data-wrapper wrapper postgres owner options=',
  ],
  [
    'another owner of an operator',
    'alter operator public.=== (int, int) owner to app_rw',
    'operator public.===(integer,integer) app_rw owner',
  ],
  [
    'another owner of an operator class',
    'alter operator class public.ints using btree owner to app_rw',
    'operator-class public.ints using btree app_rw owner',
  ],
  [
    'another owner of an operator family',
    'alter operator family public.ints using btree owner to app_rw',
    'operator-family public.ints using btree app_rw owner',
  ],
  [
    'another owner of a collation',
    'alter collation public.plain owner to app_rw',
    'collation public.plain app_rw owner',
  ],
  [
    'another owner of a conversion',
    'alter conversion public.latin owner to app_rw',
    'conversion public.latin app_rw owner',
  ],
  [
    'another owner of a dictionary',
    'alter text search dictionary public.words owner to app_rw',
    'text-search-dictionary public.words app_rw owner',
  ],
  [
    'another owner of a text search configuration',
    'alter text search configuration public.search owner to app_rw',
    'text-search-configuration public.search app_rw owner',
  ],
  [
    'another owner of statistics',
    'alter statistics public.pair owner to app_rw',
    'statistics public.pair app_rw owner',
  ],
  ['an extension', 'create extension hstore schema public', 'extension hstore postgres owner'],
  [
    'a definer function in the schema of the tool',
    'create schema rolecall_tap; create function rolecall_tap.ok() returns int language sql security definer as $$select 1$$',
    'function rolecall_tap.ok() - security-definer',
  ],
  [
    'USAGE on plpgsql',
    'revoke usage on language plpgsql from public; grant usage on language plpgsql to app_rw',
    'language plpgsql app_rw USAGE',
  ],
  [
    'USAGE on a type of the server',
    'grant usage on type pg_catalog.int4 to app_rw',
    'type pg_catalog.int4 app_rw USAGE',
  ],
  [
    'EXECUTE on a function of the server',
    'grant execute on function pg_catalog.pg_read_file(text) to app_rw',
    'function pg_catalog.pg_read_file(text) app_rw EXECUTE',
  ],
  ['a catalog', 'grant select on pg_catalog.pg_authid to app_rw', 'table pg_catalog.pg_authid app_rw SELECT'],
  [
    'a column of a catalog',
    'grant select (rolpassword) on pg_catalog.pg_authid to app_rw',
    'column pg_catalog.pg_authid.rolpassword app_rw SELECT',
  ],
  ['CREATE on pg_catalog', 'grant create on schema pg_catalog to app_rw', 'schema pg_catalog app_rw CREATE'],
  [
    'less of the information schema',
    'revoke select on information_schema.tables from public',
    'view information_schema.tables postgres owner builtin=true',
  ],
  [
    'another owner of a function of the server',
    'alter function pg_catalog.pg_read_file(text) owner to app_rw',
    'function pg_catalog.pg_read_file(text) app_rw owner builtin=true',
  ],
  [
    'another owner of an operator of the server',
    'alter operator pg_catalog.+ (int, int) owner to app_rw',
    'operator pg_catalog.+(integer,integer) app_rw owner builtin=true',
  ],
  [
    'CREATE on the default tablespace',
    'grant create on tablespace pg_default to app_rw',
    'tablespace pg_default app_rw CREATE',
  ],
];
