import { expect, it } from 'vitest';

import type { Fact } from './fact.ts';
import { diffFacts } from './diff-facts.ts';

const grant = (role: string, detail: Fact['detail'] = {}): Fact => ({
  kind: 'table',
  object: 'public.t',
  role,
  property: 'SELECT',
  detail,
});

it('tells what was added and what was removed, by everything a fact says', () => {
  const baseline = [grant('a'), grant('b', { grantable: false })];
  const head = [grant('b', { grantable: true }), grant('a')];
  expect(diffFacts(baseline, head)).toEqual({
    added: [grant('b', { grantable: true })],
    removed: [grant('b', { grantable: false })],
  });
  expect(diffFacts(head, [...head].reverse())).toEqual({ added: [], removed: [] });
});
