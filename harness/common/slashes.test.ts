import { expect, it } from 'vitest';

import { slashed } from './slashes.ts';

it('a path is written with slashes, and a backslash that is part of a name stays', () => {
  expect(slashed(String.raw`db\migrations\1_a.sql`, '\\')).toBe('db/migrations/1_a.sql');
  expect(slashed(String.raw`db/a\b.sql`, '/')).toBe(String.raw`db/a\b.sql`);
});
