import { expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import type { Draft } from './draft.ts';
import { newIn } from './new-in.ts';

const empty = { identities: {}, database: {}, schemas: {}, functions: {}, sequences: {}, types: {}, future: {} };
const draftOf = (table: object) => ({ ...empty, tables: { 'public.t': table }, extensions: [] }) as unknown as Draft;
const enabled = { row_security: 'enabled', policies: { mine: { using: 'true' } } };

it('says row security with its policies, if the contract says nothing of it', () => {
  expect(newIn(draftOf(enabled), contractWith('tables: { public.t: { grants: {} } }'))).toEqual({
    tables: { 'public.t': enabled },
  });
});

it('says nothing that the contract says already', () => {
  const contract = contractWith(
    `tables: { public.t: { row_security: forced, policies: { mine: { using: 'true' } } } }`,
  );
  expect(newIn(draftOf(enabled), contract)).toEqual({});
});
