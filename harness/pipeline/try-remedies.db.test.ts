import { afterAll, beforeAll, expect, it } from 'vitest';

import type { BuiltPhase } from '../attempts/built-phase.ts';
import type { Finding } from '../findings/finding.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { buildSmallHead } from '../testing/small-head.ts';
import type { Project } from './project.ts';
import { tryRemedies } from './try-remedies.ts';

const { signal } = new AbortController();

let server: TestServer;
let project: Project;
let built: BuiltPhase;
beforeAll(async () => {
  server = await startTestServer();
  // A need that is granted, but out of reach because USAGE on the schema is missing.
  ({ project, built } = await buildSmallHead(
    server,
    {
      'db/migrations/2_grants.sql': (text) => `${text}revoke usage on schema public from public;\n`,
      'db/seeds/1_orders.sql': `insert into public.orders (item) values ('a book');\n`,
      'db/contract.yaml': (text) =>
        text
          .replace('provision:', 'seeds: seeds\nprovision:')
          .replace(
            'grants: { app: [SELECT, INSERT] }',
            'grants: { app: [SELECT, INSERT] }, needs: [{ identity: app, access: [SELECT], required_by: src }]',
          ),
    },
    signal,
  ));
});
afterAll(() => server.stop());

const closed: Finding = {
  code: 'unexpected-closed',
  severity: 'high',
  object: 'public.orders',
  identity: 'app',
  access: 'SELECT',
  message: 'app SELECT public.orders is declared, but ended as denied-by-grant',
  remedy: '',
};

it.each([
  ['changes nothing', 'GRANT SELECT ON TABLE public.orders TO "app";'],
  ['changes something elsewhere', `COMMENT ON TABLE public.orders IS 'an order';`],
])('a remedy that %s is not said to remove what attempts see', async (_, remedy) => {
  const [tried] = await tryRemedies(built, [{ ...closed, remedy }], { project, signal, today: '2026-01-01' });
  expect(tried).toMatchObject({ remedy, tried: 'breaks nothing, and does not remove this finding alone' });
});

it('one that opens the way is', async () => {
  const remedy = 'GRANT USAGE ON SCHEMA public TO PUBLIC;';
  const [tried] = await tryRemedies(built, [{ ...closed, remedy }], { project, signal, today: '2026-01-01' });
  expect(tried).toMatchObject({ remedy, tried: 'removes this finding, breaks nothing' });
});

it('one that the server refuses is not offered, and the next one is tried all the same', async () => {
  const remedies = [
    'ALTER TABLE public.orders ALTER COLUMN nobody SET NOT NULL;',
    'GRANT USAGE ON SCHEMA public TO PUBLIC;',
  ];
  const findings = remedies.map((remedy) => ({ ...closed, remedy }));
  const [refused, next] = await tryRemedies(built, findings, { project, signal, today: '2026-01-01' });
  expect(refused!.tried).toMatch(/^no SQL is offered: the server refuses it \(.*"nobody".*, SQLSTATE 42703\)$/);
  expect(next!.tried).toBe('removes this finding, breaks nothing');
});

it('one of an accepted finding is not, alone or beside others', async () => {
  const remedy = 'GRANT USAGE ON SCHEMA public TO PUBLIC;';
  const accepted = { ...closed, remedy, accepted: { reason: 'known', until: '2030-01-01' } };
  const trials = async (...findings: Finding[]) =>
    (await tryRemedies(built, findings, { project, signal, today: '2026-01-01' })).map(({ tried }) => tried);
  const not = 'not tried: the finding is accepted';
  expect(await trials(accepted)).toEqual([not]);
  expect(await trials(accepted, { ...closed, remedy })).toEqual([not, 'removes this finding, breaks nothing']);
});
