import { afterAll, beforeAll, expect, it } from 'vitest';

import { runAttempts } from '../../attempts/run-attempts.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { judgeAttempts, unprovenAttempts } from '../live-access/judge.ts';
import { judgeRecursion } from '../live-access/recursion.ts';
import { failClosedMatrix } from './cells.ts';
import { judgeTenantCells, unprovenCells } from './judge.ts';

const all = 'select, insert, update, delete';
const own = `org = nullif(current_setting('app.current_user', true), '')`;

interface Table {
  columns: string;
  rows?: string;
  using?: string;
  grants?: string;
  more?: string;
}

/** Ordinary tables whose policies are right. */
const right: Record<string, Table> = {
  one_row_a_tenant: { columns: 'org text primary key, plan text', rows: `('a', 'free'), ('b', 'free')` },
  deferrable_key: {
    columns: 'id integer, org text, note text, primary key (org, id) deferrable initially deferred',
    rows: `(1, 'a', 'n'), (2, 'b', 'n')`,
  },
  generated: {
    columns:
      'no integer generated always as identity primary key, org text, net integer, gross integer generated always as (net * 2) stored',
    rows: `(default, 'a', 1, default), (default, 'b', 1, default)`,
  },
  generated_read_only: {
    columns:
      'no integer generated always as identity primary key, org text, gross integer generated always as (1) stored',
    rows: `(default, 'a', default), (default, 'b', default)`,
    grants: 'select',
  },
  with_children: {
    columns: 'id integer primary key, org text',
    rows: `(1, 'a'), (2, 'b')`,
    grants: 'select',
    more: 'create table children (parent integer references with_children); insert into children values (1), (2);',
  },
  append_only: {
    columns: 'id integer primary key, org text',
    rows: `(1, 'a'), (2, 'b')`,
    more: 'create trigger keep before update or delete on append_only for each row execute function refuse();',
  },
  no_overlap: {
    columns: 'id integer primary key, org text, during int4range, exclude using gist (during with &&)',
    rows: `(1, 'a', '[1,2)'), (2, 'b', '[3,4)')`,
  },
  write_only: {
    columns: 'id integer generated always as identity primary key, org text, email text',
    rows: `(default, 'a', 'x'), (default, 'b', 'y')`,
    grants: 'insert',
  },
};

const rows = `(1, 'a'), (2, 'b')`;
/** Tables that are open, each in its own way. */
const open: Record<string, Table> = {
  by_pattern: {
    columns: 'id integer primary key, org text',
    rows,
    using: `org like current_setting('app.current_user', true)`,
  },
  by_expression: {
    columns: 'id integer primary key, org text',
    rows,
    using: `org ~ nullif(current_setting('app.current_user', true), '')`,
  },
  in_any_case: {
    columns: 'id integer primary key, org text',
    rows,
    using: `lower(org) = lower(nullif(current_setting('app.current_user', true), ''))`,
  },
  with_orphans: {
    columns: 'id integer primary key, org text',
    rows: `${rows}, (3, null)`,
    using: `coalesce(org, nullif(current_setting('app.current_user', true), '')) = nullif(current_setting('app.current_user', true), '')`,
  },
  one_row_and_open: { columns: 'org text primary key, plan text', rows: `('a', 'free'), ('b', 'free')`, using: 'true' },
};
/** A table that nobody can use. */
const recursive: Record<string, Table> = {
  calls_itself: {
    columns: 'id integer primary key, org text',
    rows,
    grants: 'select',
    using: 'org in (select org from calls_itself)',
  },
};

const tables = Object.entries({ ...right, ...open, ...recursive });
const schema = tables.map(
  ([name, { columns, rows: seeded = '', using = own, grants = all, more = '' }]) => `
    create table ${name} (${columns}); insert into ${name} values ${seeded};
    alter table ${name} enable row level security, force row level security; create policy p on ${name} using (${using});
    grant ${grants} on ${name} to app; ${more}`,
);
// Every text is a tenant, so no value is invalid. Part of the setting's name is a reserved word.
const contract = contractWith(`
tenancy: { setting: app.current_user, column: org, own: a, other: b, unknown: u }
tables:
${tables.map(([name, { grants = all }]) => `  ${name}: { row_security: forced, grants: { app: [${grants.toUpperCase()}] } }`).join('\n')}
`);

let server: TestServer;
let sessions: Session[] = [];
let said: Map<string, string[]>;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role app login password 'app';
    create function refuse() returns trigger language plpgsql as $$ begin raise 'append only'; end $$;`);
  for (const sql of schema) {
    await server.query(sql);
  }
  const app = { ...server.superuser, user: 'app', password: 'app' };
  sessions = await Promise.all([connect(server.superuser), connect(app), connect(app)]);
  const [superuser, untouched, used] = sessions as [Session, Session, Session];
  const attempts = await runAttempts(superuser, contract, new Map([['app', { untouched, used }]]));
  const cells = failClosedMatrix(contract, attempts);
  const isDenied = { baseline: () => false, head: () => false };
  const lines = [
    ...[
      ...judgeTenantCells(contract, cells),
      ...judgeAttempts(contract, attempts),
      ...judgeRecursion(attempts, []),
    ].map(({ object, code, access = '', message }) => ({ object, line: `${code} ${access}`, message })),
    ...[...unprovenCells(cells), ...unprovenAttempts({ baseline: [], head: attempts }, isDenied)].map(
      ({ object, access, reason }) => ({ object, line: `unproven ${access}: ${reason}` }),
    ),
  ];
  said = new Map(
    tables.map(([name]) => [name, [...new Set(lines.filter(({ object }) => object === name).map(({ line }) => line))]]),
  );
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await server.stop();
});

it.each(Object.keys(right))('%s is right, and every cell of it is proven', (name) => {
  expect(said.get(name)).toEqual([]);
});

it.each([
  ['by_pattern', 'fail-open SELECT'],
  ['by_expression', 'fail-open SELECT'],
  ['in_any_case', 'fail-open SELECT'],
  ['with_orphans', 'fail-open SELECT'],
  ['one_row_and_open', 'fail-open UPDATE'],
  ['calls_itself', 'policy-recurses '],
  ['calls_itself', 'unexpected-closed SELECT'],
])('%s is a finding: %s', (name, finding) => {
  expect(said.get(name)).toContain(finding);
});
