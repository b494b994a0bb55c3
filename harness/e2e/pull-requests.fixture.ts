/** A pull request to the project of `pull-requests/base`: files that it adds or changes. */
export interface PullRequest {
  name: string;
  /** The SQL of a migration 0003_change.sql. */
  sql?: string;
  files?: Record<string, (text: string) => string>;
  /** Every line of the answer, without its sign. The first word is its class. */
  lines: string[];
}

export const pullRequests: PullRequest[] = [
  {
    name: 'a grant',
    sql: 'grant update on app.orders to app_user;',
    lines: ['widens `app_user` can now UPDATE `app.orders` (all columns): GRANT in db/migrations/0003_change.sql:1.'],
  },
  {
    name: 'a column grant',
    sql: 'grant update (note, body) on app.cards to auditor;',
    lines: [
      'widens `auditor` can now UPDATE `app.cards.body` and `app.cards.note`: GRANT in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'a grant to PUBLIC',
    sql: 'grant select on app.orders to public;',
    lines: [
      'widens `auditor` and `keeper` can now SELECT `app.orders` (all columns), through PUBLIC: GRANT in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'a grant through membership',
    sql: 'select;',
    files: { 'db/provision.sql': (t) => `${t}grant writers to auditor;\n` },
    lines: [
      'widens `auditor` is now a member of `writers`, and so can SELECT and INSERT `app.orders`: GRANT in db/provision.sql:14.',
    ],
  },
  {
    name: 'a revoke',
    sql: 'revoke insert, delete on app.cards from app_user;',
    lines: [
      'narrows `app_user` can no longer INSERT and DELETE `app.cards`, and now nobody but its owner can: REVOKE in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'another owner',
    sql: 'select;',
    files: {
      'db/provision.sql': (t) => t,
      'db/contract.yaml': (t) => t.replace('{ before: provision.sql }', '{ before: provision.sql, after: after.sql }'),
      'db/after.sql': () => 'alter table app.orders owner to app_user;\n',
    },
    lines: [
      'widens `app_user` now owns `app.orders` and may do anything with it, which `deployer` may no longer: ALTER TABLE in db/after.sql:1.',
    ],
  },
  {
    name: 'a policy USING true',
    sql: 'alter policy tenant on app.cards using (true);',
    lines: [
      "widens Policy `tenant` on `app.cards` (ALL, for PUBLIC) opens more rows: USING was `(tenant = current_setting('app.tenant'::text, true))`, is `true`: ALTER POLICY in db/migrations/0003_change.sql:1.",
    ],
  },
  {
    name: 'a policy dropped',
    sql: 'drop policy tenant on app.notes;',
    lines: [
      "narrows Policy `tenant` on `app.notes` (ALL, for PUBLIC) is gone: it opened rows with `(tenant = current_setting('app.tenant'::text, true))`, and none is left that opens any: DROP POLICY in db/migrations/0003_change.sql:1.",
    ],
  },
  {
    name: 'a restrictive policy',
    sql: 'create policy kept on app.notes as restrictive for select using (not deleted);',
    lines: [
      'narrows Policy `kept` on `app.notes` (SELECT, for PUBLIC) is new: it keeps to rows with `(NOT deleted)`: CREATE POLICY in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'row security disabled',
    sql: 'alter table app.cards disable row level security;',
    lines: [
      'widens Every row of `app.cards` is open to whoever has a grant: row-level security is off, its policies (`tenant`) hold nobody: ALTER TABLE in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'a definer function',
    sql: `create function app.secret(integer) returns text language sql security definer set search_path = '' as 'select value from app.secrets where id = $1';\nrevoke execute on function app.secret(integer) from public;\ngrant execute on function app.secret(integer) to app_user;`,
    lines: [
      'widens `app_user` can now EXECUTE `app.secret(integer)` (new), which runs as `deployer`: GRANT in db/migrations/0003_change.sql:3.',
    ],
  },
  {
    name: 'a body that reads more',
    sql: `set role keeper;\ncreate or replace function app.card_count() returns bigint\n  language sql security definer set search_path = app, pg_temp\n  as 'select count(*) from app.cards cross join app.secrets';\nreset role;`,
    lines: [
      'widens `app.card_count()` (runs as `keeper` for `app_user` and `deployer`) has another body, which now also reads `app.secrets`: CREATE FUNCTION in db/migrations/0003_change.sql:2.',
    ],
  },
  {
    name: 'a body of the same tables',
    sql: `set role keeper;\ncreate or replace function app.card_count() returns bigint\n  language sql security definer set search_path = app, pg_temp\n  as 'select max(id) from app.cards';\nreset role;`,
    lines: [
      'unclear `app.card_count()` (runs as `keeper` for `app_user` and `deployer`) has another body, of the same tables: CREATE FUNCTION in db/migrations/0003_change.sql:2.',
    ],
  },
  {
    name: 'no search_path',
    sql: 'set role keeper;\nalter function app.card_count() reset search_path;\nreset role;',
    lines: [
      'widens `app.card_count()` (runs as `keeper` for `app_user` and `deployer`) has no search_path any more (was `app, pg_temp`): its caller says which objects its names mean: ALTER FUNCTION in db/migrations/0003_change.sql:2.',
    ],
  },
  {
    name: 'a view without security_invoker',
    sql: 'alter view app.open_cards set (security_invoker = false);',
    lines: [
      'widens View `app.open_cards` reads now as its owner `deployer` for `app_user`, past their grants and policies (no security_invoker): ALTER VIEW in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'BYPASSRLS',
    files: {
      'db/provision.sql': (t) => t.replace('create role auditor login;', 'create role auditor login bypassrls;'),
    },
    lines: ['widens `auditor` is now BYPASSRLS: no row-level security holds it: CREATE ROLE in db/provision.sql:2.'],
  },
  {
    name: 'default privileges',
    sql: 'alter default privileges in schema app grant select on tables to auditor;',
    lines: [
      'widens `auditor` will have SELECT on tables that `deployer` makes in schema `app`: ALTER DEFAULT PRIVILEGES in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'EXECUTE of PUBLIC by default',
    sql: `create function app.twice(integer) returns integer language sql as 'select $1 * 2';`,
    lines: [
      'widens `app_user`, `auditor` and 2 others can now EXECUTE `app.twice(integer)` (new), through PUBLIC: CREATE FUNCTION in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'a rename and a comment',
    sql: `alter table app.orders rename to purchases;\nalter policy tenant on app.notes rename to own_tenant;\nalter table app.cards rename column tenant to tenant_id;\ncomment on table app.cards is 'cards';`,
    lines: [],
  },
  {
    name: 'from a grant to a group',
    sql: 'grant select on app.orders to readers;\ngrant usage on schema app to readers;\nrevoke select on app.orders from app_user;',
    lines: [
      'moves `app_user` can still SELECT `app.orders`, now through `readers`, before by a grant of its own: GRANT in db/migrations/0003_change.sql:1.',
    ],
  },
  {
    name: 'a new table',
    sql: `create table app.stock (id integer primary key, tenant text);\nalter table app.stock enable row level security;\ncreate policy tenant on app.stock using (tenant = current_setting('app.tenant', true));\ngrant select, insert on app.stock to app_user;`,
    lines: [
      'widens `app_user` can now SELECT and INSERT `app.stock` (new), rows by policy `tenant`: GRANT in db/migrations/0003_change.sql:4.',
    ],
  },
  {
    name: 'a tenant policy that asks for more',
    sql: `alter policy tenant on app.notes using (tenant = current_setting('app.tenant', true) and not deleted);`,
    lines: [
      "narrows Policy `tenant` on `app.notes` (ALL, for PUBLIC) opens fewer rows: USING was `(tenant = current_setting('app.tenant'::text, true))`, is `((tenant = current_setting('app.tenant'::text, true)) AND (NOT deleted))`: ALTER POLICY in db/migrations/0003_change.sql:1.",
    ],
  },
  {
    name: 'the contract alone',
    files: {
      'db/contract.yaml': (t) =>
        t.replace(
          'app.secrets: { grants: { keeper: [SELECT] } }',
          'app.secrets: { grants: { keeper: [SELECT], app_user: [SELECT, DELETE] } }',
        ),
    },
    lines: ['widens The contract now allows `app_user` SELECT, DELETE on `app.secrets`: db/contract.yaml:23.'],
  },
];
