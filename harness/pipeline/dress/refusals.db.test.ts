import { expect, it } from 'vitest';

import { refusalNames } from '../../findings/refusals.ts';
import { testRefusals } from '../../testing/refused-statements.ts';
import { refusedCases } from './refusals.fixture.ts';

it('every refusal that is known has its case', () => {
  // Refusals of the provider are tested on a server dressed like its own: ../as-migrator.db.test.ts
  const known = ['reserved-role', ...refusedCases.map(({ name }) => name)];
  expect([...new Set(known)].toSorted()).toEqual(refusalNames.toSorted());
});

testRefusals([16]);
