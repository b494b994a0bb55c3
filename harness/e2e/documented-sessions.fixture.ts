/** What an example of docs/sessions-and-rows.md leaves out and needs to run: a database, and the rest of its contract. */
export interface DocumentedExample {
  /** Tables, policies, grants and rows, made after the roles. */
  sql: string;
  /** Additions to the example's contract: privileges and policies, which it leaves out. */
  contract: Record<string, unknown>;
  /** A change that opens the table to another tenant. */
  leak: string;
  /** The table that it opens. */
  opens: string;
}

const own = (table: string, using: string) => `
alter table ${table} enable row level security;
alter table ${table} force row level security;
create policy own on ${table} using (${using});`;

const may = (identity: string, ...access: string[]) => ({
  grants: { [identity]: access },
  needs: [{ identity, access, required_by: 'api' }],
});

const forced = (using: string) => ({ row_security: 'forced', policies: { own: { using } } });

/** By the title of the example. */
export const documentedExamples: Record<string, DocumentedExample> = {
  'One setting and one column': {
    sql: `
create table public.notes (id int, tenant_id int, body text, primary key (tenant_id, id));
create table public.tenants (id int primary key, name text);
create table public.orders (id int primary key, tenant_id int);
create table public.lines (id int primary key, order_id int references public.orders);
create table public.plans (id int primary key, name text);
${own('public.notes', "tenant_id = nullif(current_setting('app.tenant', true), '')::int")}
${own('public.tenants', "id = nullif(current_setting('app.tenant', true), '')::int")}
${own('public.orders', "tenant_id = nullif(current_setting('app.tenant', true), '')::int")}
${own('public.lines', 'order_id in (select id from public.orders)')}
grant select, insert, update, delete on public.notes to app;
grant select on public.tenants, public.orders, public.lines, public.plans to app;
insert into public.notes values (1, 1, 'a'), (2, 2, 'b');
insert into public.tenants values (1, 'one'), (2, 'two');
insert into public.orders values (1, 1), (2, 2);
insert into public.lines values (1, 1), (2, 2);
insert into public.plans values (1, 'free');`,
    contract: {
      tables: {
        'public.notes': may('app', 'SELECT', 'INSERT', 'UPDATE', 'DELETE'),
        'public.tenants': {
          ...may('app', 'SELECT'),
          ...forced("(id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer)"),
        },
        'public.orders': {
          ...may('app', 'SELECT'),
          ...forced("(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer)"),
        },
        'public.lines': {
          ...may('app', 'SELECT'),
          ...forced('(order_id IN ( SELECT orders.id FROM public.orders))'),
        },
        'public.plans': may('app', 'SELECT'),
      },
    },
    leak: 'create policy everyone on public.lines for select using (true)',
    opens: 'public.lines',
  },
  'Claims in a document': {
    sql: `
create table public.memberships (org_id int, user_id text, primary key (org_id, user_id));
create table public.docs (id int primary key, org_id int);
create function public.me() returns text language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub' $$;
revoke execute on function public.me() from public;
grant execute on function public.me() to app;
${own('public.memberships', 'user_id = public.me()')}
${own('public.docs', 'org_id in (select org_id from public.memberships where user_id = public.me())')}
grant select on public.memberships, public.docs to app;
insert into public.memberships values (1, '1111'), (2, '2222');
insert into public.docs values (1, 1), (2, 2);`,
    contract: {
      tables: {
        'public.memberships': { ...may('app', 'SELECT'), ...forced('(user_id = public.me())') },
        'public.docs': {
          ...may('app', 'SELECT'),
          ...forced(
            '(org_id IN ( SELECT memberships.org_id FROM public.memberships WHERE (memberships.user_id = public.me())))',
          ),
        },
      },
      functions: { 'public.me()': { grants: { app: ['EXECUTE'] } } },
    },
    leak: 'create policy everyone on public.docs using (org_id = 2)',
    opens: 'public.docs',
  },
  'A login that assumes a role': {
    sql: `
grant anon, authenticated to authenticator with inherit false;
create table public.notes (id int primary key, tenant_id text);
${own('public.notes', "tenant_id = current_setting('app.tenant', true)")}
grant select on public.notes to authenticated;
insert into public.notes values (1, 'a'), (2, 'b');`,
    contract: {
      tables: {
        'public.notes': {
          ...may('authenticated', 'SELECT'),
          ...forced("(tenant_id = current_setting('app.tenant'::text, true))"),
        },
      },
    },
    leak: 'grant select on public.notes to anon; create policy visitors on public.notes to anon using (true)',
    opens: 'public.notes',
  },
  'Several values': {
    sql: `
create table public.notes (id int primary key, tenant_id int, author int);
${own('public.notes', "tenant_id = nullif(current_setting('app.tenant', true), '')::int and author = nullif(current_setting('app.user', true), '')::int")}
grant select on public.notes to app;
insert into public.notes values (1, 1, 11), (2, 2, 22), (3, 1, 12), (4, 2, 11);`,
    contract: {
      tables: {
        'public.notes': {
          ...may('app', 'SELECT'),
          ...forced(
            "((tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer) AND (author = (NULLIF(current_setting('app.user'::text, true), ''::text))::integer))",
          ),
        },
      },
    },
    leak: "alter policy own on public.notes using (author = nullif(current_setting('app.user', true), '')::int)",
    opens: 'public.notes',
  },
  'A schema for each tenant': {
    sql: ['acme', 'globex']
      .map(
        (name) => `create schema ${name};
create table ${name}.notes (id int primary key, text text);
grant usage on schema ${name} to ${name};
grant select, insert on ${name}.notes to ${name};
insert into ${name}.notes values (1, '${name}');
grant ${name} to app with inherit false, set true;`,
      )
      .join('\n'),
    contract: {},
    leak: 'grant usage on schema globex to acme; grant select on globex.notes to acme',
    opens: 'globex.notes',
  },
  'Rows that are open, and sessions that see everything': {
    sql: `
create schema app;
grant usage on schema app to app;
create function app.set_tenant(tenant text) returns void language sql as $$ select set_config('app.tenant', tenant, true) $$;
revoke execute on function app.set_tenant(text) from public;
grant execute on function app.set_tenant(text) to app;
create table public.files (id int primary key, owner_id text, sharing text);
${own('public.files', "owner_id = current_setting('app.tenant', true)")}
create policy shared on public.files for select using (sharing = 'public');
create policy analyst on public.files for select to reporting using (true);
grant select on public.files to app, reporting;
insert into public.files values (1, 'a', 'private'), (2, 'b', 'private'), (3, 'b', 'public');`,
    contract: {
      schemas: { app: { grants: { app: ['USAGE'] } } },
      tables: {
        'public.files': {
          grants: { app: ['SELECT'], reporting: ['SELECT'] },
          needs: [
            { identity: 'app', access: ['SELECT'], required_by: 'api' },
            { identity: 'reporting', access: ['SELECT'], required_by: 'reports' },
          ],
          row_security: 'forced',
          policies: {
            own: { using: "(owner_id = current_setting('app.tenant'::text, true))" },
            shared: { command: 'SELECT', using: "(sharing = 'public'::text)" },
            analyst: { command: 'SELECT', roles: ['reporting'], using: 'true' },
          },
        },
      },
      functions: { 'app.set_tenant(text)': { grants: { app: ['EXECUTE'] } } },
    },
    leak: "alter policy shared on public.files using (sharing <> 'nobody')",
    opens: 'public.files',
  },
};
