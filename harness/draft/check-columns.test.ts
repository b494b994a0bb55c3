import { expect, it } from 'vitest';

import { columnsIn } from './check-columns.ts';
import { seedColumn } from './seed-column.fixture.ts';

const columns = [
  seedColumn('starts_at', 'date'),
  seedColumn('ends_at', 'date'),
  seedColumn('The "end"', 'date'),
  seedColumn('gross', 'integer', { generated: true, expression: '(net + tax)' }),
  seedColumn('net', 'integer'),
  seedColumn('tax', 'integer'),
];

it.each([
  ['(ends_at > starts_at)', ['starts_at', 'ends_at']],
  ['("The ""end""" IS NOT NULL)', ['The "end"']],
  ['(gross > 0)', ['gross', 'net', 'tax']],
  [`(length('starts_at, ''net''') > 3)`, []],
  ['(starts_at2 > net$)', []],
])('what %s names: %j', (condition, names) => {
  expect(columnsIn(condition, columns).map(({ name }) => name)).toEqual(names);
});
