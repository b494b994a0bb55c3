import { expect, it } from 'vitest';

import type { Access } from '../catalog/access/effective-access.ts';
import { contractWith, notes } from '../testing/contract.ts';
import { member, role, roles } from '../testing/facts.ts';
import { Declaration } from './declaration.ts';

const contract = contractWith(notes);

function declared(kind: string, object: string, privilege: string, ...chain: string[]): string | undefined {
  const paths = [{ chain, assumed: 'inherited', via: 'grant', grantable: false }];
  const facts = [...roles, ...role('boss', 'inherit', 'createdb'), member('boss', 'app')];
  return new Declaration(contract, facts, undefined).access({ kind, object, privilege, paths } as unknown as Access)
    .declare;
}

it('declares a privilege on a table, beside those that the contract gives the grantee already', () => {
  expect(declared('table', 'public.other', 'SELECT', 'app')).toBe(
    'tables:\n  public.other:\n    grants:\n      app:\n        - SELECT',
  );
  expect(declared('table', 'public.notes', 'TRUNCATE', 'rw')).toBe(
    'tables:\n  public.notes:\n    grants:\n      rw:\n        - SELECT\n        - INSERT\n        - TRUNCATE',
  );
});

it('declares columns with their table, owners as owners, and what stands in other sections there', () => {
  expect(declared('column', 'public.other.id', 'SELECT', 'app')).toContain('- SELECT(id)');
  expect(declared('view', 'public.other', 'OWNER', 'app')).toBe('tables:\n  public.other:\n    owner: app');
  expect(declared('function', 'public.f(integer)', 'EXECUTE', 'app')).toContain('functions:\n  public.f(integer):');
  expect(declared('database', 'database', 'CREATE', 'PUBLIC')).toContain('database:\n  grants:\n    PUBLIC:');
});

it('declares a role that the contract does not know, and the membership by which it is reached', () => {
  expect(declared('table', 'public.other', 'SELECT', 'app', 'boss')).toBe(
    [
      'identities:',
      '  app:\n    member_of:\n      - boss',
      '  boss:\n    kind: group\n    attributes:\n      - INHERIT\n      - CREATEDB',
      'tables:\n  public.other:\n    grants:\n      boss:\n        - SELECT',
    ].join('\n'),
  );
});

it('declares nothing that it has no section for', () => {
  expect(declared('foreign-server', 'far', 'USAGE', 'app')).toBeUndefined();
});
