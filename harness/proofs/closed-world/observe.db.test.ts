import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Session } from '../../postgres/session.ts';
import { connect } from '../../postgres/session.ts';
import { contractWith } from '../../testing/contract.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { snapshot } from '../../catalog/snapshot.ts';
import { judgeObjects } from './objects.ts';
import { samePolicies } from './observe.ts';

let server: TestServer;
let session: Session;
beforeAll(async () => {
  server = await startTestServer();
  session = await connect(server.target('postgres'));
  await session.script(`
    create table public.t (id int, tenant uuid);
    alter table public.t enable row level security, force row level security;
    create policy mine on public.t using (tenant = current_setting('app.t', true)::uuid)
      with check (tenant in (select tenant from public.t as o where o.id > 0))`);
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

async function judged(using: string, check: string, looking = session) {
  const contract = contractWith(`
schemas: { public: {} }
tables: { public.t: { row_security: forced, owner: postgres, policies: { mine: { using: ${JSON.stringify(using)}, check: ${JSON.stringify(check)} } } } }
`);
  const facts = await snapshot((sql) => session.query(sql), server.version);
  const { same, notSeen } = await samePolicies(looking, contract, facts, 'begin');
  return [...judgeObjects(contract, facts, same).map(({ message }) => message), ...notSeen];
}

const check = 'tenant in (select tenant from public.t as o where o.id > 0)';

it('an expression that is written as in the migration is the one that the server prints', async () => {
  expect(await judged(`tenant = current_setting('app.t', true)::uuid`, check)).toEqual([]);
  expect(await judged(`((TENANT = (current_setting('app.t'::text, true))::uuid)) -- mine`, check)).toEqual([]);
});

it('another one is told, and so is one that the server refuses', async () => {
  const differs = expect.stringMatching(/^policy mine of public.t differs from the contract: using is /);
  expect(await judged(`tenant = current_setting('app.u', true)::uuid`, check)).toEqual([differs]);
  expect(await judged('tenant = nonsense', check)).toEqual([differs]);
  expect(await judged(`tenant = current_setting('app.t', true)::uuid`, check.replace('> 0', '> 1'))).toEqual([
    expect.stringMatching(/check is /),
  ]);
});

describe('a login that may not SELECT from the table', () => {
  let blind: Session;
  beforeAll(async () => {
    await session.script(`create role blind login password 'blind'`);
    blind = await connect({ ...server.target('postgres'), user: 'blind', password: 'blind' });
  });
  afterAll(() => blind.close());
  const mine = `tenant = current_setting('app.t', true)::uuid`;
  const asPrinted = '(tenant IN ( SELECT o.tenant FROM t o WHERE (o.id > 0)))';

  it('tells by the types of its columns whether an expression is the same', async () => {
    const seen = await judged(mine, check, session);
    expect(seen).toEqual([]);
    expect(await judged(mine, asPrinted, blind)).toEqual([]);
    expect(await judged(`tenant = current_setting('app.u', true)::uuid`, asPrinted, blind)).toEqual([
      expect.stringMatching(/^policy mine of public.t differs from the contract: using is /),
    ]);
  });

  it('and says so where another table decides', async () => {
    expect(await judged(mine, check, blind)).toEqual([
      'a policy of public.t is written otherwise than in the contract, and blind may not read what would tell whether it means the same: permission denied for table t',
    ]);
  });
});
