import { expect, it } from 'vitest';

import type { Access } from '../catalog/access/effective-access.ts';
import { contractWith, notes } from '../testing/contract.ts';
import { declarationOf } from './declaration.ts';

const contract = contractWith(notes);

function declared(kind: string, object: string, privilege: string, grantee = 'app'): string | undefined {
  const paths = [{ chain: [grantee], assumed: 'inherited', via: 'grant', grantable: false }];
  return declarationOf(contract, { kind, object, privilege, paths } as unknown as Access);
}

it('declares a privilege on a table, beside those that the contract gives the grantee already', () => {
  expect(declared('table', 'public.other', 'SELECT')).toBe(
    'tables:\n  public.other:\n    grants:\n      app:\n        - SELECT',
  );
  expect(declared('table', 'public.notes', 'TRUNCATE', 'rw')).toBe(
    'tables:\n  public.notes:\n    grants:\n      rw:\n        - SELECT\n        - INSERT\n        - TRUNCATE',
  );
});

it('declares columns with their table, owners as owners, and what stands in other sections there', () => {
  expect(declared('column', 'public.other.id', 'SELECT')).toContain('- SELECT(id)');
  expect(declared('view', 'public.other', 'OWNER')).toBe('tables:\n  public.other:\n    owner: app');
  expect(declared('function', 'public.f(integer)', 'EXECUTE')).toContain('functions:\n  public.f(integer):');
  expect(declared('database', 'database', 'CREATE', 'PUBLIC')).toContain('database:\n  grants:\n    PUBLIC:');
});

it('declares nothing of a role that the contract does not know, nor what it has no section for', () => {
  expect(declared('table', 'public.other', 'SELECT', 'stranger')).toBeUndefined();
  expect(declared('foreign-server', 'far', 'USAGE')).toBeUndefined();
});
