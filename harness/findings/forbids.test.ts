import { describe, expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import { forbiddenBy } from './forbids.ts';

const contract = contractWith(`
schemas: { public: { grants: { rw: [USAGE] } } }
tables: { public.t: { grants: { rw: [SELECT, UPDATE(a)] } } }
`);
const said = (role: string, privilege: string, object = 'public.t', kind: 'table' | 'column' | 'database' = 'table') =>
  forbiddenBy(contract, { role, privilege, object, kind });

describe('what a GRANT would be', () => {
  it('is not a finding where the contract declares it, of the role or of its group', () => {
    expect(said('rw', 'SELECT')).toBeUndefined();
    expect(said('app', 'SELECT')).toBeUndefined();
    expect(said('app', 'UPDATE', 'public.t.a', 'column')).toBeUndefined();
    expect(said('stranger', 'DELETE')).toBeUndefined();
    expect(said('admin', 'DELETE')).toBeUndefined();
  });

  it('is a finding where it does not', () => {
    const words = 'with it, run and check would find undeclared access';
    expect(said('app', 'DELETE')).toBe(`the contract does not give app DELETE on public.t: ${words}`);
    expect(said('app', 'UPDATE', 'public.t.b', 'column')).toBe(
      `the contract does not give app UPDATE on public.t.b: ${words}`,
    );
    expect(said('PUBLIC', 'CONNECT', 'database', 'database')).toBe(
      `the contract does not give PUBLIC CONNECT on the database: ${words}`,
    );
  });
});
