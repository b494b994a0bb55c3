import { expect, it } from 'vitest';

import { seedColumn } from './seed-column.fixture.ts';
import { variants } from './seed-variants.ts';

it.each([
  ['date', 'D', '(to_day - from_day) >= 7', ['2026-01-01', '2026-01-08', '1990-01-01']],
  ['jsonb', 'U', `(data ? 'kind'::text)`, ['{"kind":"a"}', '[]']],
  ['text[]', 'A', `(tags <@ ARRAY['red'::text, 'blue'::text])`, ['{}', '{"red"}', '{"red","blue"}']],
  ['boolean', 'B', 'done', ['true', 'false']],
])('values that %s may be asked for', (type, category, condition, wanted) => {
  expect(variants(seedColumn('c', type, { category }), [condition])).toEqual(expect.arrayContaining(wanted));
});
