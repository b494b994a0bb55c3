import { expect, test } from 'vitest';
import { rowIds } from './row-id.ts';

test('an id is told by content and not by place, and the second of two alike is told apart', () => {
  const page = rowIds();
  const first = page('truth', 'public.t', 'SELECT');
  expect(first).toMatch(/^truth-[0-9a-f]{8}$/);
  expect(page('truth', 'public.u', 'SELECT')).not.toBe(first);
  expect(page('truth', 'public.t', 'SELECT')).toBe(`${first}-2`);
  const other = rowIds();
  other('truth', 'a row before');
  expect(other('truth', 'public.t', 'SELECT')).toBe(first);
});
