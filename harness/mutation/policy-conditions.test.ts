import { describe, expect, it } from 'vitest';

import { conditionsOf, keysIn, renamed, without } from './policy-conditions.ts';

describe('the conditions of a policy', () => {
  it.each([
    ['(a = 1)', ['a = 1']],
    ['((a = 1) AND (b = 2))', ['(a = 1)', '(b = 2)']],
    ['((a = 1) AND ((b = 2) OR ((c = 3) AND (d = 4))))', ['(a = 1)', '((b = 2) OR ((c = 3) AND (d = 4)))']],
    ['((a = 1) OR (b = 2))', ['(a = 1) OR (b = 2)']],
    [`(a = ' AND ('::text)`, [`a = ' AND ('::text`]],
    [`(("x AND (y" = 'it''s)'::text) AND (b = 2))`, [`("x AND (y" = 'it''s)'::text)`, '(b = 2)']],
    ['(a = 1) AND (b = 2)', ['(a = 1)', '(b = 2)']],
    ['true', ['true']],
  ])('%s', (expression, conditions) => {
    expect(conditionsOf(expression)).toEqual(conditions);
  });

  it('are each left out once, where there are several', () => {
    expect(without('((a = 1) AND (b = 2) AND (c = 3))')).toEqual([
      { place: 1, rest: '(b = 2) and (c = 3)' },
      { place: 2, rest: '(a = 1) and (c = 3)' },
      { place: 3, rest: '(a = 1) and (b = 2)' },
    ]);
    expect(without('(a = 1)')).toEqual([]);
    expect(without(undefined)).toEqual([]);
  });
});

describe('keys of a document', () => {
  const policy = `((claims() ->> 'sub'::text) = ((claims() -> 'o''rg'::text) ->> 'id'::text))`;

  it('are found behind their arrows', () => {
    expect(keysIn(policy)).toEqual(['sub', `o'rg`, 'id']);
    expect(keysIn(`(a = 'sub'::text)`)).toEqual([]);
  });

  it('are renamed one by one', () => {
    expect(renamed(policy, 'sub')).toBe(policy.replace(`'sub'`, `'rolecall_mutant'`));
    expect(renamed(policy, `o'rg`)).toBe(policy.replace(`'o''rg'`, `'rolecall_mutant'`));
    expect(renamed(policy, 'other')).toBeUndefined();
    expect(renamed(undefined, 'sub')).toBeUndefined();
  });
});
