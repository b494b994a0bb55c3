import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextNames } from '../../contract/contract.ts';
import { parseContract } from '../../contract/parse-contract.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { minimal } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { unprovenCells } from './judge.ts';
import { oneOfMany } from '../../findings/not-seen.ts';
import { unprovenLines } from '../../findings/unproven.ts';
import { decide } from '../../findings/verdict.ts';
import { failClosedMatrix, type FailClosedCell } from './cells.ts';
import { runAttempts } from '../../attempts/run-attempts.ts';

const own = `tenant_id = nullif(current_setting('app.tenant', true), '')`;
/** A table with a policy for each of SELECT, INSERT and UPDATE, one row of a and one of b. */
const table = (
  name: string,
  {
    select = own,
    insert = own,
    update = own,
    check = update,
  }: { select?: string; insert?: string; update?: string; check?: string },
) => `
  create table ${name} (id integer primary key, tenant_id text not null, note text);
  insert into ${name} values (1, 'a', 'n'), (2, 'b', 'n');
  alter table ${name} enable row level security, force row level security;
  create policy s on ${name} for select using (${select}); create policy i on ${name} for insert with check (${insert});
  create policy u on ${name} for update using (${update}) with check (${check}); create policy d on ${name} for delete using (${own});
  grant select, insert, update, delete on ${name} to app;`;

const schema = `
  create role app login password 'app';
  create domain tenant_key as uuid; create domain short as varchar(8) check (value ~ '^[a-z]+[0-9]*$'); create domain shorter as short;
  create table kinds (code shorter primary key); insert into kinds values ('k1');
  create table orders (
    id bigint generated always as identity, tenant_id text not null, number integer not null check (number > 0), kind shorter not null references kinds,
    code shorter not null, ref tenant_key not null unique default gen_random_uuid(), reference tenant_key not null unique, note text not null check (note <> ''),
    doubled integer generated always as (number * 2) stored, primary key (tenant_id, id), unique (tenant_id, number), unique (code), exclude (number with =) where (false));
  create unique index on orders (lower(note)) where note = 'never';
  insert into orders (tenant_id, number, kind, code, reference, note) values ('a', 1, 'k1', 'c1', gen_random_uuid(), E'tab\\t\\\\ \\nline'), ('b', 1, 'k1', 'c2', gen_random_uuid(), 'other');
  alter table orders enable row level security, force row level security; create policy p on orders using (${own}); grant select, insert, update, delete on orders to app;
  create table parts (tenant_id text default current_setting('app.tenant', true), at date) partition by list (tenant_id);
  create table parts_a partition of parts for values in ('a'); create table parts_b partition of parts default;
  insert into parts values ('a', '2026-01-01'), ('b', '2026-01-01');
  alter table parts enable row level security, force row level security; create policy p on parts using (${own}); grant select, insert, update, delete on parts to app;
  ${table('sound', {})}
  ${table('read_all', { select: 'true' })}
  ${table('lock_all', { select: 'true', update: 'true', check: own })}
  ${table('no_check', { select: 'true', check: 'true' })}
  ${table('write_all', { insert: 'true' })}
  ${table('returns_all', { select: 'true', insert: 'true' })}
  ${table('upserts_all', { select: 'true', insert: 'true', update: 'true', check: 'true' })}
  ${table('blank_is_all', { select: `${own} or trim(current_setting('app.tenant', true)) = '' and current_setting('app.tenant', true) <> ''` })}
  create function sticky() returns text language plpgsql as $$ begin
    if coalesce(current_setting('app.sticky', true), '') = '' then perform set_config('app.sticky', current_setting('app.tenant', true), false); end if;
    return current_setting('app.sticky'); end $$;
  ${table('remembers', { select: `tenant_id = sticky()` })}
  ${table('ruled', {})} create rule quiet as on delete to ruled do instead update ruled set note = note || '!' where tenant_id = 'b';
  create table owned (id integer primary key, tenant_id text); insert into owned values (1, 'a'), (2, 'b');
  alter table owned enable row level security; create policy p on owned using (${own}); alter table owned owner to app;
  create table lonely (id integer primary key, tenant_id text); insert into lonely values (1, 'a');
  alter table lonely enable row level security; create policy p on lonely using (${own}); grant select on lonely to app;
  create table bare (id integer primary key, tenant_id text); alter table bare enable row level security; create policy p on bare using (${own}); grant select, insert on bare to app;
  create table failing (id integer primary key, tenant_id text); insert into failing values (1, 'a'), (2, 'b');
  alter table failing enable row level security; create policy p on failing using (1 / 0 = 1); grant select on failing to app;`;

const names = [
  'orders',
  'parts',
  'sound',
  'read_all',
  'lock_all',
  'no_check',
  'write_all',
  'returns_all',
  'upserts_all',
  'blank_is_all',
  'remembers',
  'ruled',
  'owned',
  'lonely',
  'bare',
  'failing',
];
const contract = parseContract(
  'c.yaml',
  `${minimal.replace(/identities: .*/, `identities: { app: { kind: login } }`)}
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
${names.map((name) => `  ${name}: { row_security: forced }`).join('\n')}
`,
).contract;

let server: TestServer;
let superuser: Session;
let cells: FailClosedCell[];
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script(schema);
  const login = () => connect({ ...server.superuser, user: 'app', password: 'app' });
  const [untouched, used] = [await login(), await login()];
  const attempts = await runAttempts(superuser, contract, new Map([['app', { untouched, used }]]), {
    commitRefused: true,
  }).finally(() => Promise.all([untouched.close(), used.close()]));
  cells = failClosedMatrix(contract, attempts);
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

const of = (name: string) => cells.filter(({ table: one }) => one === name);
const ended = (name: string, context: string) =>
  of(name)
    .filter((cell) => cell.context === context)
    .map(({ command, outcome, rows }) => `${command}: ${outcome}${outcome === 'allowed' ? ` ${rows}` : ''}`);
/** Commands that are open in a context. */
const open = (name: string, context: string) =>
  of(name)
    .filter((cell) => cell.context === context && !cell.closed)
    .map(({ command }) => command);

describe('a schema nobody wrote a probe for', () => {
  it.each(['orders', 'parts', 'sound'])('%s is closed in every context, and every cell counts', (name) => {
    expect(of(name).filter(({ closed, unproven }) => !closed || unproven !== null)).toEqual([]);
    expect(new Set(of(name).map(({ context }) => context))).toEqual(new Set(contextNames));
  });

  it('can be written as the own tenant, whatever its keys, domains and defaults', () => {
    expect(ended('orders', 'own-tenant')).toEqual([
      'SELECT: allowed 1',
      'SELECT FOR UPDATE: allowed 1',
      'COPY TO: allowed 1',
      'INSERT: allowed 1',
      'INSERT RETURNING: allowed 1',
      'INSERT ON CONFLICT DO NOTHING: allowed 1',
      'INSERT ON CONFLICT DO UPDATE: allowed 1',
      'COPY FROM: error:0A000',
      'MERGE INSERT: allowed 1',
      'UPDATE: allowed 1',
      'UPDATE re-home: denied-by-rls',
      'MERGE UPDATE: allowed 1',
      'DELETE: allowed 1',
      'MERGE DELETE: allowed 1',
    ]);
    expect(of('orders').find(({ command }) => command === 'COPY FROM')).toMatchObject({
      closed: true,
      unproven: null,
      control: { as: 'superuser', outcome: 'allowed', rows: 1 },
    });
    expect(ended('parts', 'never-set').filter((words) => words.startsWith('INSERT'))).toEqual([
      'INSERT: denied-by-rls',
      'INSERT RETURNING: denied-by-rls',
      'INSERT ON CONFLICT DO NOTHING: denied-by-rls',
    ]);
  });

  it('is not open by MERGE, which is refused at a row that SELECT shows and the policy of its action hides', () => {
    const words = ended('read_all', 'own-tenant');
    expect(words).toEqual(expect.arrayContaining(['UPDATE: allowed 1', 'MERGE UPDATE: denied-by-rls']));
    expect(words).toEqual(expect.arrayContaining(['DELETE: allowed 1', 'MERGE DELETE: denied-by-rls']));
    const merges = of('read_all').filter(({ command }) => command.startsWith('MERGE'));
    expect(merges.filter(({ closed, unproven }) => !closed || unproven !== null)).toEqual([]);
  });

  it('has the same rows after each refused write', () => {
    const refused = of('orders').filter(({ row_unchanged }) => row_unchanged !== null);
    expect(new Set(refused.map(({ row_unchanged }) => row_unchanged))).toEqual(new Set([true]));
    expect(refused.map(({ command, context }) => `${command} ${context}`)).toContain('UPDATE re-home own-tenant');
    expect(
      of('orders')
        .filter(({ outcome, rows }) => outcome === 'allowed' && rows > 0)
        .map(({ row_unchanged }) => row_unchanged),
    ).not.toContain(true);
  });
});

describe('an open policy is seen by', () => {
  it.each<[name: string, context: string, commands: string[]]>([
    ['read_all', 'never-set', ['SELECT', 'COPY TO']],
    ['lock_all', 'other-tenant', ['SELECT', 'SELECT FOR UPDATE', 'COPY TO']],
    ['no_check', 'own-tenant', ['SELECT', 'COPY TO', 'UPDATE re-home']],
    ['no_check', 'other-tenant', ['SELECT', 'COPY TO', 'UPDATE re-home']],
    ['write_all', 'after-error', ['INSERT', 'INSERT ON CONFLICT DO NOTHING', 'MERGE INSERT']],
    [
      'returns_all',
      'never-set',
      ['SELECT', 'COPY TO', 'INSERT', 'INSERT RETURNING', 'INSERT ON CONFLICT DO NOTHING', 'MERGE INSERT'],
    ],
    [
      'upserts_all',
      'unknown-tenant',
      [
        'SELECT',
        'SELECT FOR UPDATE',
        'COPY TO',
        'INSERT ON CONFLICT DO UPDATE',
        'UPDATE',
        'UPDATE re-home',
        'MERGE UPDATE',
      ],
    ],
    ['blank_is_all', 'blank', ['SELECT', 'COPY TO']],
    ['blank_is_all', 'empty', []],
    ['remembers', 'other-tenant', []],
    ['remembers', 'reused-by-other-tenant', ['SELECT', 'COPY TO']],
    [
      'owned',
      'never-set',
      [
        'SELECT',
        'SELECT FOR UPDATE',
        'COPY TO',
        'INSERT',
        'INSERT RETURNING',
        'INSERT ON CONFLICT DO NOTHING',
        'INSERT ON CONFLICT DO UPDATE',
        'COPY FROM',
        'MERGE INSERT',
        'UPDATE',
        'UPDATE re-home',
        'MERGE UPDATE',
        'DELETE',
        'MERGE DELETE',
      ],
    ],
  ])('%s in %s: %j', (name, context, commands) => {
    expect(open(name, context)).toEqual(commands);
  });

  it('the rows, where a write said that it had reached none', () => {
    expect(of('ruled').filter(({ context, command }) => context === 'never-set' && command === 'DELETE')).toMatchObject(
      [{ outcome: 'allowed', rows: 0, row_unchanged: false, closed: false }],
    );
  });
});

describe('a cell that could not be set up', () => {
  const reasons = (name: string) => [...new Set(of(name).flatMap(({ unproven }) => unproven ?? []))];

  it('says why', () => {
    expect(reasons('lonely')).toEqual(['there is no row of tenancy.other to hide']);
    expect(reasons('bare')).toEqual(['there is no row of tenancy.own', 'there is no row of tenancy.own to copy']);
    expect(reasons('failing')).toContain('it failed for a reason that is not a refusal: division by zero');
  });

  it('makes the verdict inconclusive, with the reason', () => {
    const verdict = decide({
      findings: [],
      proof: {
        demanded: 'full',
        reached: 'full',
        of: {},
        notSeen: unprovenLines(unprovenCells(of('lonely'))).map(oneOfMany),
      },
    });
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons.find((reason) => reason.includes('lonely'))).toMatch(
      /^head: lonely: there is no row of tenancy\.other to hide \(app SELECT and COPY TO, \d+ attempts\)$/,
    );
  });
});
