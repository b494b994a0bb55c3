import { expect, it } from 'vitest';

import { contractWith } from '../../testing/contract.ts';
import { attempt } from '../../testing/observed.ts';
import { untriedTables } from './untried-tables.ts';

const tables = `tables:
  public.tried: { row_security: forced }
  public.outside: { row_security: enabled, policies: { own: { using: 'f(id)' } } }
  public.closed: { row_security: enabled, policies: { narrows: { permissive: false, using: 'true' } } }
  public.shared: { row_security: enabled, rows: all }
  public.open: {}
`;
const tenancy = 'tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }\n';
const attempts = [
  attempt('app SELECT public.tried own-tenant', 'allowed'),
  attempt('app SELECT public.tried never-set', 'hidden'),
  ...['outside', 'closed', 'shared', 'open'].map((name) => attempt(`app SELECT public.${name} none`, 'allowed')),
];
const told = (contract: string) =>
  untriedTables(contractWith(contract), attempts).map(({ object, reason }) => `${object}: ${reason}`);

it('a table with row security that no session was held against is named, and what it wants from the contract', () => {
  expect(told(tenancy + tables)).toEqual([
    'public.outside: it has row security, and the contract does not say whose its rows are: say it in rows',
  ]);
  expect(told(tables.replace(', rows: all', ''))).toContain(
    'public.outside: it has row security, and the contract has no tenancy: say rows: all where every session may see its rows',
  );
});

it('one that no permissive policy opens is not asked for', () => {
  expect(told(tables).filter((line) => line.startsWith('public.closed'))).toEqual([]);
});
