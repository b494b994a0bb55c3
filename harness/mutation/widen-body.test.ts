import { expect, it } from 'vitest';

import { definitions } from '../testing/mutation-state.ts';
import { widenedDefinition } from './widen-body.ts';

const fn = (body: string, more = {}) => ({ ...definitions.functions[0]!, body, definition: `AS $$${body}$$`, ...more });

it.each([
  ['select 1 -- where\n from t WHERE a', 'select 1 -- where\n from t where true or a'],
  [`select 'where', "where" /* where */ from t where a`, `select 'where', "where" /* where */ from t where true or a`],
])('holds for the condition of %s', (body, wide) => {
  expect(widenedDefinition(fn(body))).toBe(`AS $$${wide}$$`);
});

it('gives every row twice where there is no condition', () => {
  expect(widenedDefinition(fn('select id from t; ', { returnsSet: true }))).toBe(
    'AS $$(select id from t\n) union all (select id from t\n)$$',
  );
  expect(widenedDefinition(fn('select id from t'))).toBeUndefined();
  expect(widenedDefinition(fn('select 1; select 2', { returnsSet: true }))).toBeUndefined();
});

it('widens a body that was parsed, and none of a language it does not read', () => {
  const parsed = { parsed: true, body: '', definition: 'CREATE …\nBEGIN ATOMIC\n SELECT a\n   WHERE b;\nEND' };
  expect(widenedDefinition(fn('', parsed))).toBe('CREATE …\nBEGIN ATOMIC\n SELECT a\n   where true or b;\nEND');
  expect(widenedDefinition(fn('x where y', { language: 'plpython3u' }))).toBeUndefined();
  expect(widenedDefinition(fn('x where y', { kind: 'a' }))).toBeUndefined();
});
