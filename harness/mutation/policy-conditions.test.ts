import { describe, expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { conditionsOf, keysIn, renamed, without } from './policy-conditions.ts';

const parser = await sqlParser();

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
    [`((a = E'it\\'s AND (') AND (b = 2))`, [`(a = E'it\\'s AND (')`, '(b = 2)']],
    [`((a = 1) /* AND ( */ AND (b = 2))`, ['(a = 1)', '(b = 2)']],
    ['((a = 1)\n  AND (b = 2))', ['(a = 1)', '(b = 2)']],
    [`(a = $x$ AND ($x$::text)`, [`a = $x$ AND ($x$::text`]],
    ['a between 1 AND 2 AND (b = 2)', ['a between 1 AND 2', '(b = 2)']],
    ['CASE WHEN a AND b THEN c END', ['CASE WHEN a AND b THEN c END']],
    ['(a = 1', ['(a = 1']],
  ])('%s', (expression, conditions) => {
    expect(conditionsOf(parser, expression)).toEqual(conditions);
  });

  it('are each left out once, where there are several', () => {
    expect(without(parser, '((a = 1) AND (b = 2) AND (c = 3))')).toEqual([
      { place: 1, rest: '(b = 2) and (c = 3)' },
      { place: 2, rest: '(a = 1) and (c = 3)' },
      { place: 3, rest: '(a = 1) and (b = 2)' },
    ]);
    expect(without(parser, '(a = 1)')).toEqual([]);
    expect(without(parser, undefined)).toEqual([]);
  });
});

describe('keys of a document', () => {
  const policy = `((claims() ->> 'sub'::text) = ((claims() -> 'o''rg'::text) ->> 'id'::text))`;

  it('are found behind their arrows', () => {
    expect(keysIn(parser, policy)).toEqual(['sub', `o'rg`, 'id']);
    expect(keysIn(parser, `(a = 'sub'::text)`)).toEqual([]);
    expect(keysIn(parser, `((a ->> E'o\\'rg'::text) = ' ->> ''none'''::text)`)).toEqual([`o'rg`]);
    expect(keysIn(parser, `(a /* ->> 'none' */ ->> 'org'::text)`)).toEqual(['org']);
  });

  it('are renamed one by one', () => {
    expect(renamed(parser, policy, 'sub')).toBe(policy.replace(`'sub'`, `'rolecall_mutant'`));
    expect(renamed(parser, policy, `o'rg`)).toBe(policy.replace(`'o''rg'`, `'rolecall_mutant'`));
    expect(renamed(parser, `(a ->> E'o\\'rg'::text)`, `o'rg`)).toBe(`(a ->> 'rolecall_mutant'::text)`);
    expect(renamed(parser, policy, 'other')).toBeUndefined();
    expect(renamed(parser, undefined, 'sub')).toBeUndefined();
  });
});
