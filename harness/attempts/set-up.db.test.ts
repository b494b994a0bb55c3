import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseContract } from '../contract/parse-contract.ts';
import { connect, type Session } from '../postgres/session.ts';
import { minimal } from '../testing/contract.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { failClosedMatrix } from '../proofs/fail-closed/cells.ts';
import { judgeTenantCells } from '../proofs/fail-closed/judge.ts';
import { judgeAttempts, unprovenAttempts } from '../proofs/live-access/judge.ts';
import { denials } from '../proofs/closed-world/denials.ts';
import type { Attempt } from './attempt.ts';
import { runAttempts } from './run-attempts.ts';

const own = `tenant_id = nullif(current_setting('app.tenant', true), '')`;
const schema = `
  create role app login password 'app';
  create table settings (tenant_id text primary key, note text); insert into settings values ('a', 'n'), ('b', 'n');
  alter table settings enable row level security, force row level security; create policy p on settings using (${own});
  grant select, insert, update, delete on settings to app;
  create table named (id integer primary key, constructor text not null, "toString" text unique); insert into named values (1, 'built', 's');
  grant select, insert, update, delete on named to app;
  create materialized view seen as select 1 as one; grant select on seen to app;
  create view joined as select a.id from named as a, named as b; grant select on joined to app;
  create view simple as select id from named; grant select, delete on simple to app;
  create table calls (n integer); create procedure remember(integer) language sql security definer as 'insert into calls values (1)';
  create function stamp() returns trigger language plpgsql as 'begin return new; end';
  create function broken() returns integer language sql as 'select 1/0';`;
const contract = parseContract(
  'c.yaml',
  `${minimal.replace(/identities: .*/, 'identities: { app: { kind: login } }')}
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
  settings: { row_security: forced, grants: { app: [SELECT, INSERT, UPDATE, DELETE] } }
  named: { grants: { app: [SELECT, INSERT, UPDATE, DELETE] } }
  seen: { grants: { app: [SELECT] } }
  joined: { grants: { app: [SELECT] } }
  simple: { grants: { app: [SELECT, DELETE] } }
functions:
  remember(integer): { security: definer, grants: { PUBLIC: [EXECUTE] } }
  stamp(): { grants: { PUBLIC: [EXECUTE] } }
  broken(): { grants: { PUBLIC: [EXECUTE] } }
`,
).contract;

let server: TestServer;
let superuser: Session;
let attempts: Attempt[];
beforeAll(async () => {
  server = await startTestServer();
  superuser = await connect(server.superuser);
  await superuser.script(schema);
  const [untouched, used] = [
    await connect({ ...server.superuser, user: 'app', password: 'app' }),
    await connect({ ...server.superuser, user: 'app', password: 'app' }),
  ];
  attempts = await runAttempts(superuser, contract, new Map([['app', { untouched, used }]])).finally(() =>
    Promise.all([untouched.close(), used.close()]),
  );
});
afterAll(async () => {
  await superuser.close();
  await server.stop();
});

const tried = (object: string) =>
  attempts
    .filter((attempt) => attempt.object === object && ['none', 'own-tenant'].includes(attempt.context))
    .map(({ access, outcome }) => `${access} ${outcome}`);

describe('what is tried', () => {
  it('is what the relation can take at all', () => {
    expect([tried('seen'), tried('joined'), tried('simple')]).toEqual([
      ['SELECT allowed'],
      ['SELECT allowed'],
      ['SELECT allowed', 'INSERT denied-by-grant', 'UPDATE denied-by-grant', 'DELETE allowed'],
    ]);
  });

  it('is a call of a procedure, and no trigger’s function', () => {
    expect(
      attempts.filter(({ access }) => access === 'EXECUTE').map(({ object, sql, outcome }) => [object, sql, outcome]),
    ).toEqual([
      ['remember(integer)', 'call remember(null::integer)', 'allowed'],
      ['broken()', 'select * from broken()', 'stopped:22012'],
    ]);
  });

  it('takes a column for what it is, whatever its name', () => {
    expect(tried('named')).toEqual(['SELECT allowed', 'INSERT allowed', 'UPDATE allowed', 'DELETE allowed']);
  });

  it('leaves nothing behind', async () => {
    expect(await superuser.query('select from calls')).toEqual([]);
  });
});

describe('an attempt that nobody could make', () => {
  it('is stopped: a function that fails for everybody, and not a second row where the tenant is the key', () => {
    expect(
      attempts
        .filter(({ outcome }) => outcome.startsWith('stopped:'))
        .filter(({ context }) => context === 'own-tenant' || context === 'none')
        .map(({ key, outcome, stage }) => `${key} ${outcome} ${stage ?? ''}`),
    ).toEqual(['attempt/app/broken()/EXECUTE/none stopped:22012 routine']);
  });

  it('is not a finding, and shows that grants and policies let it through', () => {
    const cells = failClosedMatrix(contract, attempts);
    expect([...judgeAttempts(contract, attempts), ...judgeTenantCells(contract, cells)]).toEqual([]);
    const denied = { baseline: denials([]), head: denials([]) };
    expect(unprovenAttempts({ baseline: [], head: attempts }, denied)).toEqual([]);
  });
});
