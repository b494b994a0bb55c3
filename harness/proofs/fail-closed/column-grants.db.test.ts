import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { untriedInserts } from '../../attempts/column-grants.ts';
import { groundWith, readGround } from '../../attempts/ground.ts';
import { trialsOf } from '../../attempts/trial.ts';
import type { ContextName } from '../../contract/contract.ts';
import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import { connect } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { liveOver, own } from '../../testing/owned-notes.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.query(`create role app login password 'app'; create role clerk login password 'clerk'`);
});
afterAll(() => server.stop());
beforeEach(() => server.query('drop schema if exists s cascade; create schema s; grant usage on schema s to public'));

interface Notes {
  grants: string;
  declared: string;
  using?: string;
  check?: string;
  tenant?: string;
}

/** The result for logins that hold only column grants on a table with rows of a, a and b. */
function live({ grants, declared, using = own, check = own, tenant = 'tenant text' }: Notes): Promise<LiveAnswer> {
  return liveOver(
    server,
    `create table s.notes (id int generated always as identity primary key, title text, ${tenant}, body text);
     insert into s.notes (title, tenant, body) values ('t', 'a', 'x'), ('t', 'a', 'y'), ('t', 'b', 'z');
     alter table s.notes enable row level security, force row level security;
     create policy p on s.notes using (${using}) with check (${check});
     ${grants};`,
    `identities: { app: { kind: login }, clerk: { kind: login } }
tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: c, invalid: x }
tables: { s.notes: { row_security: forced, grants: { ${declared} } } }`,
  );
}

function cell({ cells }: LiveAnswer, command: string, context: ContextName, identity = 'app'): string {
  const { outcome, rows, closed } = cells.find(
    (one) => one.command === command && one.context === context && one.identity === identity,
  )!;
  return `${closed ? '' : 'open: '}${outcome} ${rows}`;
}

describe('a login that may update one column', () => {
  const grants = 'grant select, update (body) on s.notes to app';
  const declared = 'app: [SELECT, UPDATE(body)]';

  it('is found where its policy lets it change the rows of others by that column', async () => {
    const answer = await live({ grants, declared, using: 'tenant is not null', check: 'true' });
    expect(cell(answer, 'UPDATE', 'never-set')).toBe('open: allowed 3');
    expect(told(answer)).toContainEqual(expect.stringMatching(/^fail-open: app: UPDATE on s\.notes reached/));
  });

  it('changes its own rows and no others where the policy is right', async () => {
    const answer = await live({ grants, declared });
    expect(told(answer)).toEqual([]);
    expect(cell(answer, 'UPDATE', 'own-tenant')).toBe('allowed 2');
    expect(cell(answer, 'SELECT FOR UPDATE', 'own-tenant')).toBe('allowed 2');
    expect(cell(answer, 'MERGE UPDATE', 'own-tenant')).toBe('allowed 2');
    expect(cell(answer, 'UPDATE', 'other-tenant')).toBe('allowed 1');
    expect(cell(answer, 'UPDATE', 'never-set')).toBe('hidden 0');
    expect(cell(answer, 'UPDATE re-home', 'own-tenant')).toBe('denied-by-grant 0');
  });

  it('is told where the column that the contract declares cannot be updated', async () => {
    const answer = await live({ grants: 'grant select on s.notes to app', declared });
    expect(told(answer)).toEqual([
      expect.stringMatching(
        /^unexpected-closed: app UPDATE s\.notes \(own-tenant\) is declared, but ended as denied-by-grant/,
      ),
    ]);
  });

  it('is tried beside another that may update another one', async () => {
    const answer = await live({
      grants: 'grant select, update (body) on s.notes to app; grant select, update (title) on s.notes to clerk',
      declared: 'app: [SELECT, UPDATE(body)], clerk: [SELECT, UPDATE(title)]',
    });
    expect(told(answer)).toEqual([]);
    expect(cell(answer, 'UPDATE', 'own-tenant', 'app')).toBe('allowed 2');
    expect(cell(answer, 'UPDATE', 'own-tenant', 'clerk')).toBe('allowed 2');
  });

  it('is tried by moving rows where it may update the tenant’s column alone', async () => {
    const answer = await live({
      grants: 'grant select, update (tenant) on s.notes to app',
      declared: 'app: [SELECT, UPDATE(tenant)]',
      check: 'true',
    });
    expect(cell(answer, 'UPDATE re-home', 'own-tenant')).toBe('open: allowed 2');
  });
});

describe('a login that may insert some columns', () => {
  const grants = 'grant select, insert (tenant, body) on s.notes to app';
  const declared = 'app: [SELECT, "INSERT(tenant, body)"]';

  it('is found where its policy lets it write for others', async () => {
    const answer = await live({ grants, declared, check: 'true' });
    expect(cell(answer, 'INSERT', 'never-set')).toBe('open: allowed 1');
    expect(cell(answer, 'COPY FROM', 'never-set')).toContain('0A000');
    expect(told(answer)).toEqual([expect.stringMatching(/^fail-open: app: INSERT on s\.notes/)]);
  });

  it('writes for itself and no other where the policy is right', async () => {
    const answer = await live({ grants, declared });
    expect(told(answer)).toEqual([]);
    expect(cell(answer, 'INSERT', 'own-tenant')).toBe('allowed 1');
    expect(cell(answer, 'INSERT RETURNING', 'own-tenant')).toBe('allowed 1');
    expect(cell(answer, 'INSERT ON CONFLICT DO NOTHING', 'own-tenant')).toBe('allowed 1');
    expect(cell(answer, 'MERGE INSERT', 'own-tenant')).toBe('allowed 1');
    expect(cell(answer, 'INSERT', 'other-tenant')).toBe('denied-by-rls 0');
    expect(cell(answer, 'INSERT', 'never-set')).toBe('denied-by-rls 0');
  });
});

describe('a login that may not say whose the row is that it inserts', () => {
  const grants = 'grant select, insert (body) on s.notes to app';
  const declared = 'app: [SELECT, INSERT(body)]';
  const tenant = `tenant text default nullif(current_setting('app.tenant', true), '')`;

  it('writes as each tenant, and without one not at all', async () => {
    const answer = await live({ grants, declared, tenant });
    expect(told(answer)).toEqual([]);
    expect(cell(answer, 'INSERT', 'own-tenant')).toBe('allowed 1');
    expect(cell(answer, 'INSERT', 'never-set')).toBe('denied-by-rls 0');
    expect(cell(answer, 'INSERT', 'other-tenant')).toBe('denied-by-grant 0');
  });

  it('is found where it writes without a tenant', async () => {
    const answer = await live({ grants, declared, tenant, check: `${own} or tenant is null` });
    expect(cell(answer, 'INSERT', 'never-set')).toBe('open: allowed 1');
    expect(told(answer)).toEqual([expect.stringMatching(/^fail-open: app: INSERT on s\.notes/)]);
  });
});

describe('a login that may read some columns', () => {
  it('copies those out, of its own rows', async () => {
    const answer = await live({
      grants: 'grant select (id, body) on s.notes to app',
      declared: 'app: ["SELECT(id, body)"]',
    });
    expect(told(answer)).toEqual([]);
    expect(cell(answer, 'SELECT', 'own-tenant')).toBe('allowed 2');
    expect(cell(answer, 'COPY TO', 'own-tenant')).toBe('allowed 2');
    expect(cell(answer, 'COPY TO', 'never-set')).toBe('hidden 0');
  });
});

describe('what is tried of columns', () => {
  const contract = contractWith(`
tables: { s.notes: { grants: { app: [SELECT, INSERT(body)] } } }`);

  it('leaves out an INSERT that would move the sequence of a column it may not fill, and says so', async () => {
    await server.query(
      'create table s.notes (id serial primary key, body text); grant insert (body) on s.notes to app',
    );
    const superuser = await connect(server.superuser);
    try {
      const ground = await readGround(superuser, contract, true);
      const trials = trialsOf(contract, ground.shapes, ground.calls, ground.columns);
      expect(trials.map(({ command }) => command)).toEqual(['SELECT', 'UPDATE', 'DELETE']);
      expect(untriedInserts(contract, ground)).toEqual([
        'INSERT on s.notes as app: it may give no value for id, and would move a sequence',
      ]);
    } finally {
      await superuser.close();
    }
  });

  it('is read again with a grant on top', async () => {
    await server.query('create table s.notes (id int, body text)');
    const superuser = await connect(server.superuser);
    try {
      const before = await readGround(superuser, contract);
      expect(before.columns.of('app', 's.notes')?.UPDATE).toBeUndefined();
      const opening = 'begin; grant update (body) on s.notes to app';
      const after = await groundWith(superuser, contract, before, opening, new Set(['column']));
      expect(after.columns.of('app', 's.notes')?.UPDATE).toEqual(['body']);
    } finally {
      await superuser.close();
    }
  });
});
