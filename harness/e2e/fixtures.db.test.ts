import { describe, it } from 'vitest';

import { walkFixture } from '../testing/fixture-walk.ts';

// The others are walked by fixtures.slow.test.ts.
describe('a project that holds, and opens where it leaks', () => {
  it.each([
    ['an analyst that sees every row', 'analyst'],
    ['a user in an organisation', 'organisation-and-user'],
  ])('%s', (_, name) => walkFixture(name));
});
