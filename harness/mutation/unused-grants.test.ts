import { expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import { found, mutantResult, red } from './mutant-result.fixture.ts';
import { unusedGrants } from './unused-grants.ts';

const contract = contractWith(`
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
tables:
  public.notes:
    row_security: forced
    grants: { rw: [SELECT, INSERT, UPDATE] }
    needs: [{ identity: app, access: [SELECT], required_by: notes.py }, { identity: rw, access: [UPDATE], required_by: notes.py }]
`);
const closed = (access: string) => found('unexpected-closed', 'public.notes', 'app', access);
const missing = (access: string) => found('missing-access', 'public.notes', 'app', access);
const unused = (...args: Parameters<typeof mutantResult>) =>
  unusedGrants(contract, [mutantResult(...args)]).map(({ mutant }) => mutant);

it('lists a grant that only its declaration misses, with the SQL that takes it away', () => {
  expect(
    unusedGrants(contract, [
      mutantResult('revoke/public.notes/rw/INSERT', 'killed', {
        attempt: [closed('INSERT')],
        catalog: [missing('INSERT')],
      }),
    ]),
  ).toEqual([
    {
      mutant: 'revoke/public.notes/rw/INSERT',
      object: 'public.notes',
      identity: 'rw',
      description: 'revoke/public.notes/rw/INSERT.',
      sql: '-- revoke/public.notes/rw/INSERT',
    },
  ]);
  expect(unused('revoke/public.notes/rw/INSERT', 'survived')).toHaveLength(1);
  expect(unused('revoke-membership/rw/app', 'survived')).toHaveLength(1);
});

it('lists none that a declared need misses, of the identity itself or of a role it is a member of', () => {
  expect(unused('revoke/public.notes/rw/SELECT', 'killed', { attempt: [closed('SELECT')] })).toEqual([]);
  expect(unused('revoke/public.notes/rw/UPDATE', 'killed', { attempt: [closed('UPDATE')] })).toEqual([]);
  expect(
    unused('revoke/public.notes/rw/INSERT', 'killed', {
      attempt: [closed('INSERT'), found('fail-open', 'public.notes', 'app', 'x')],
    }),
  ).toEqual([]);
});

it('lists none that a suite misses, by an assertion or by breaking off', () => {
  expect(
    unused('revoke/public.notes/rw/INSERT', 'killed', { pgtap: [red('01', 1, 'x')], catalog: [missing('INSERT')] }),
  ).toEqual([]);
  expect(
    unused(
      'revoke/public.notes/rw/INSERT',
      'killed',
      { catalog: [missing('INSERT')] },
      { notes: ['01 sql-error: permission denied'] },
    ),
  ).toEqual([]);
});

it('lists nothing that is not a grant, and no mutant that was not made or changed nothing', () => {
  expect(unused('grant/public.notes/rw/DELETE', 'survived')).toEqual([]);
  expect(unused('revoke-setting/app/search_path', 'survived')).toEqual([]);
  expect(unused('revoke-attribute/app/LOGIN', 'survived')).toEqual([]);
  expect(unused('revoke/public.notes/rw/INSERT', 'equivalent')).toEqual([]);
  expect(unused('revoke/public.notes/rw/INSERT', 'invalid')).toEqual([]);
});
