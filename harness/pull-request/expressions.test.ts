import { expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { compared, conditionOf } from './expressions.ts';

it.each<[before: string | undefined, after: string | undefined, comparison: string]>([
  ['(a = 1)', '(a = 1)', 'same'],
  ['((a = 1) AND (b = 2))', '((b = 2) AND (a = 1))', 'same'],
  ['(a = 1)', '((a = 1) AND (b = 2))', 'narrower'],
  ['(a = 1)', '((a = 1) OR (b = 2))', 'wider'],
  ['(a = 1)', 'true', 'wider'],
  ['(a = 1)', 'false', 'narrower'],
  ['true', '(a = 1)', 'narrower'],
  ['(a = 1)', '(a = 2)', 'unclear'],
  ['(a = 1)', '((a = 1) OR (a IS NULL))', 'wider'],
  ['(NOT (a = 1))', '(NOT ((a = 1) OR (b = 2)))', 'narrower'],
  // NULL is not true: a row for which a is NULL meets neither a nor NOT a.
  ['true', '((a = 1) OR (NOT (a = 1)))', 'narrower'],
  ["(s = ANY (ARRAY['x'::text, 'y'::text]))", "(s = ANY (ARRAY['x'::text, 'y'::text, 'z'::text]))", 'wider'],
  ["(s = 'x'::text)", "(s = ANY (ARRAY['x'::text, 'y'::text]))", 'wider'],
  ['((a = 1) AND (b = 2))', '((a = 1) OR (b = 2))', 'wider'],
  ['((a = 1) OR ((b = 2) AND (c = 3)))', '(((a = 1) OR (b = 2)) AND ((a = 1) OR (c = 3)))', 'same'],
  [undefined, '(a = 1)', 'narrower'],
  ['(a = 1)', undefined, 'wider'],
  ['(a = ', '(a = 1)', 'unclear'],
  [
    '((a1 = 1) AND (a2 = 2) AND (a3 = 3) AND (a4 = 4) AND (a5 = 5) AND (a6 = 6) AND (a7 = 7) AND (a8 = 8) AND (a9 = 9))',
    '((a1 = 1) AND (a2 = 2) AND (a3 = 3) AND (a4 = 4) AND (a5 = 5) AND (a6 = 6) AND (a7 = 7) AND (a8 = 8))',
    'wider',
  ],
])('%s → %s is %s', async (before, after, comparison) => {
  const parser = await sqlParser();
  expect(compared(conditionOf(before, parser), conditionOf(after, parser))).toBe(comparison);
});
