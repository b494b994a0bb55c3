import { describe, expect, it } from 'vitest';

import type { AssertionResult } from '../../pgtap/assertion.ts';
import { changeOf } from '../../common/change.ts';
import { compareAssertions, isGreen, type SuiteAssertions } from './compare-assertions.ts';

const suite = (name: string, ...results: [number, string, AssertionResult][]): SuiteAssertions => ({
  suite: name,
  assertions: results.map(([number, text, result]) => ({ number, name: text, result, diagnostics: '' })),
});
const words = (changes: ReturnType<typeof compareAssertions>) =>
  changes.map(
    ({ suite: name, number, name: text, baseline, head, change }) =>
      `${name}#${number} ${text}: ${baseline} → ${head} ${change}`,
  );

describe('a change', () => {
  it.each([
    [false, true, 'fixed'],
    [true, true, 'held'],
    [true, false, 'broken'],
    [false, false, 'still-red'],
  ] as const)('from %s to %s is %s', (baseline, head, change) => {
    expect(changeOf(baseline, head)).toBe(change);
  });

  it('sees green in ok alone', () => {
    const results: AssertionResult[] = ['ok', 'not-ok', 'skip', 'todo', 'missing'];
    expect(results.filter(isGreen)).toEqual(['ok']);
  });
});

describe('assertions of two phases', () => {
  it('are matched by suite, number and name', () => {
    const baseline = [
      suite('b', [1, 'x', 'not-ok'], [2, 'y', 'ok'], [3, 'old name', 'ok']),
      suite('a', [1, 'x', 'ok']),
    ];
    const head = [suite('a', [1, 'x', 'not-ok']), suite('b', [1, 'x', 'ok'], [2, 'y', 'ok'], [3, 'new name', 'ok'])];
    expect(words(compareAssertions(baseline, head))).toEqual([
      'a#1 x: ok → not-ok broken',
      'b#1 x: not-ok → ok fixed',
      'b#2 y: ok → ok held',
      'b#3 new name: missing → ok fixed',
      'b#3 old name: ok → missing broken',
    ]);
  });

  it('are sorted by number, not by digits', () => {
    const many = suite(
      'a',
      ...Array.from({ length: 12 }, (_, index): [number, string, AssertionResult] => [index + 1, 'x', 'ok']),
    );
    expect(compareAssertions([many], [many]).map(({ number }) => number)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
  });

  it('count without a name too', () => {
    expect(words(compareAssertions([suite('a', [1, '', 'ok'])], [suite('a', [1, '', 'not-ok'])]))).toEqual([
      'a#1 : ok → not-ok broken',
    ]);
  });

  it('are missing where the suite broke off, and nothing is made of what no phase reached', () => {
    const baseline = [suite('a', [1, 'x', 'ok'], [2, '', 'missing'], [3, '', 'missing'])];
    const head = [suite('a', [1, 'x', 'ok'], [2, 'y', 'not-ok'], [3, '', 'missing'])];
    expect(words(compareAssertions(baseline, head))).toEqual([
      'a#1 x: ok → ok held',
      'a#2 y: missing → not-ok still-red',
    ]);
  });
});
