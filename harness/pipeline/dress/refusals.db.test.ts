import { expect, it } from 'vitest';

import { refusalNames } from '../../findings/refusals.ts';
import { testRefusals } from '../../testing/refused-statements.ts';
import { refusedCases } from './refusals.fixture.ts';

it('every refusal that is known has its case', () => {
  // A provider's own is refused on a server dressed like its: ../as-migrator.db.test.ts
  const known = ['reserved-role', ...refusedCases.map(({ name }) => name)];
  expect([...new Set(known)].toSorted()).toEqual(refusalNames.toSorted());
});

testRefusals([16]);
