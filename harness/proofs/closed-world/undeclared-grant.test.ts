import { expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { contractSchema } from '../../contract/contract.ts';
import { judgeGrantees } from './undeclared-grant.ts';

const contract = contractSchema.parse({
  version: 1,
  name: 'small',
  title: 'Small',
  revisions: { baseline: '1', head: '2' },
  migrations: { folder: '.' },
  identities: {
    app: { kind: 'login', member_of: ['app_rw'] },
    app_rw: { kind: 'group' },
    owner: { kind: 'definer' },
    postgres: { kind: 'migrator' },
  },
  database: { grants: { PUBLIC: ['CONNECT'] } },
  tables: { 'public.t': { owner: 'owner', grants: { app_rw: ['SELECT', 'UPDATE(a)'] } } },
});

const grant = (kind: Fact['kind'], object: string, role: string, property: string): Fact => ({
  kind,
  object,
  role,
  property,
  detail: { grantor: 'postgres', grantable: false },
});
const keys = (...facts: Fact[]) =>
  judgeGrantees(contract, facts, 'live').map(({ identity, access, object }) => `${identity} ${access!} ${object}`);

it('names a grant beside the declared one', () => {
  expect(keys(grant('table', 'public.t', 'app', 'SELECT'))).toEqual(['app SELECT public.t']);
  expect(keys(grant('database', 'database', 'app', 'CONNECT'))).toEqual(['app CONNECT database']);
  expect(keys(grant('column', 'public.t.a', 'app', 'UPDATE'))).toEqual(['app UPDATE public.t.a']);
});

it('is silent on declared grants, on the owner’s own, on migrators, and on what nobody may have', () => {
  const owner: Fact = { kind: 'table', object: 'public.t', role: 'owner', property: 'owner', detail: {} };
  expect(
    keys(
      grant('table', 'public.t', 'app_rw', 'SELECT'),
      grant('column', 'public.t.a', 'app_rw', 'UPDATE'),
      grant('database', 'database', 'PUBLIC', 'CONNECT'),
    ),
  ).toEqual([]);
  expect(
    keys(owner, grant('table', 'public.t', 'owner', 'SELECT'), grant('table', 'public.t', 'postgres', 'SELECT')),
  ).toEqual([]);
  expect(keys(grant('table', 'public.t', 'app', 'DELETE'), grant('table', 'public.other', 'app', 'SELECT'))).toEqual(
    [],
  );
});

it('writes a remedy for a column and for the database', () => {
  expect(judgeGrantees(contract, [grant('column', 'public.t.a', 'app', 'UPDATE')], 'live')[0]!.remedy).toBe(
    'REVOKE UPDATE (a) ON TABLE public.t FROM "app";',
  );
  expect(judgeGrantees(contract, [grant('database', 'database', 'app', 'CONNECT')], 'live')[0]!.remedy).toBe(
    'REVOKE CONNECT ON DATABASE "live" FROM "app";',
  );
});

it('says by which grant the contract gives it', () => {
  const words = (fact: Fact) => judgeGrantees(contract, [fact], 'live')[0]!.message;
  expect(words(grant('table', 'public.t', 'app', 'SELECT'))).toBe(
    'app was granted SELECT on table public.t itself; the contract gives it by the grant to app_rw, and this one stays when that is revoked',
  );
  expect(words(grant('column', 'public.t.a', 'app', 'UPDATE'))).toContain('by the grant to app_rw,');
  expect(words(grant('database', 'database', 'app', 'CONNECT'))).toContain('by the grant to PUBLIC,');
});
