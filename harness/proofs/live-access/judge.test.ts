import { expect, it } from 'vitest';

import type { Access } from '../../catalog/access/effective-access.ts';
import type { Attempt } from '../../attempts/attempt.ts';
import type { Outcome } from '../../attempts/outcome.ts';
import { contractWith } from '../../testing/contract.ts';
import { attempt, working } from '../../testing/observed.ts';
import { judgeAttempts, unprovenAttempts } from './judge.ts';

const contract = contractWith(`
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
schemas: { api: { grants: { rw: [USAGE] } } }
tables:
  api.notes: { row_security: forced, grants: { rw: [SELECT, UPDATE] } }
  api.posts: { row_security: forced, grants: { rw: [INSERT] } }
  private.secrets: { denies: [{ identity: app, access: [SELECT] }] }
functions: { api.post(integer): { grants: { app: [EXECUTE] } } }
`);
const closed = (words: string, outcome: Outcome, rest: Partial<Attempt> = {}, access: readonly Access[] = []) =>
  judgeAttempts(contract, [attempt(words, outcome, rest)], access).map(
    ({ code, message, remedy }) => `${code}: ${message} → ${remedy}`,
  );
const held = (object: string, privilege: string) =>
  [{ identity: 'app', object, privilege, usable: false }] as unknown as Access[];

const compare = 'Compare the grants, the policies and the row the attempt used with the contract.';

it.each<[what: string, found: string[], expected: string | undefined]>([
  [
    'a need that row security hides: no grant is missing, and none is taken',
    closed('app UPDATE api.notes own-tenant', 'hidden'),
    `unexpected-closed: app UPDATE api.notes (own-tenant) is declared, but ended as hidden → ${compare}`,
  ],
  [
    'an error is neither denial nor access, and its SQLSTATE is named',
    closed('app SELECT api.notes own-tenant', 'error:22012', { sqlstate: '22012', message: 'division by zero' }),
    `unexpected-closed: app SELECT api.notes (own-tenant) is declared, but ended as error:22012: division by zero (SQLSTATE 22012) → ${compare}`,
  ],
  [
    'a grant that is missing goes to the group that the contract gives it',
    closed('app SELECT api.notes own-tenant', 'denied-by-grant'),
    'unexpected-closed: app SELECT api.notes (own-tenant) is declared, but ended as denied-by-grant → GRANT SELECT ON TABLE api.notes TO "rw";',
  ],
  [
    'a grant that is held and out of reach wants USAGE',
    closed('app SELECT api.notes own-tenant', 'denied-by-grant', {}, held('api.notes', 'SELECT')),
    'unexpected-closed: app SELECT api.notes (own-tenant) is declared, but ended as denied-by-grant → GRANT USAGE ON SCHEMA api TO "rw";',
  ],
  [
    'an INSERT that a sequence refuses wants USAGE on it',
    closed('app INSERT api.posts own-tenant', 'denied-by-grant', {
      sqlstate: '42501',
      message: 'permission denied for sequence posts_id_seq',
    }),
    'unexpected-closed: app INSERT api.posts (own-tenant) is declared, but ended as denied-by-grant: permission denied for sequence posts_id_seq (SQLSTATE 42501) → GRANT USAGE ON SEQUENCE api."posts_id_seq" TO "rw";',
  ],
  [
    'a function is entered whose body meets the policies of a table, for the tenant that nobody has set',
    closed('app EXECUTE api.post(integer)', 'denied-by-rls', { sqlstate: '42501', raised_in: 'post' }),
    undefined,
  ],
  [
    'a rule that does nothing instead is not access, where the catalog shows none and nobody’s DELETE does more',
    closed('app DELETE api.notes own-tenant', 'allowed', { rows: 0, control: { ...working, rows: 0 } }),
    undefined,
  ],
  [
    'a DELETE that came to no row where others’ do is one',
    closed('app DELETE api.notes own-tenant', 'allowed', { rows: 0 }),
    'undeclared-access: app DELETE api.notes (own-tenant) was executed and ended as allowed; the contract does not declare it → Find the path with: rolecall why app DELETE api.notes',
  ],
  [
    'a procedure is not a FUNCTION to GRANT',
    closed('app EXECUTE api.post(integer)', 'denied-by-grant'),
    'unexpected-closed: app EXECUTE api.post(integer) is declared, but ended as denied-by-grant → GRANT EXECUTE ON ROUTINE api.post(integer) TO "app";',
  ],
])('%s', (_, found, expected) => {
  expect(found).toEqual(expected === undefined ? [] : [expected]);
});

it('a table that comes with head in a closed schema is denied at baseline, though no control can reach it there', () => {
  const control = { as: 'superuser', outcome: 'absent', sqlstate: '42P01', message: 'no such table', rows: 0 } as const;
  const attempts = {
    baseline: [attempt('app SELECT private.secrets', 'denied-by-grant', { control })],
    head: [attempt('app SELECT private.secrets', 'denied-by-grant')],
  };
  const unproven = (isDeniedAtBaseline: boolean) =>
    unprovenAttempts(attempts, { baseline: () => isDeniedAtBaseline, head: () => true });
  expect(unproven(true)).toEqual([]);
  expect(unproven(false)).toMatchObject([{ phase: 'baseline', object: 'private.secrets', identity: 'app' }]);
});

it('a MERGE that is refused a row which SELECT shows and UPDATE hides: the plain UPDATE is judged, and it is not another finding', () => {
  const refused = attempt('app UPDATE api.notes own-tenant', 'denied-by-rls', { command: 'MERGE UPDATE' });
  expect(judgeAttempts(contract, [refused])).toEqual([]);
  expect(judgeAttempts(contract, [{ ...refused, command: 'UPDATE' }])).toHaveLength(1);
});
