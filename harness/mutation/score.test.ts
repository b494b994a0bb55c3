import fc from 'fast-check';
import { expect, it } from 'vitest';

import { gradeOf } from './grade.ts';
import { scoreOf } from './score.ts';
import { accepted, found, mutantResult, red } from './mutant-result.fixture.ts';

it('counts by status, and an accepted survivor, an equivalent and an invalid mutant in no percentage', () => {
  const score = scoreOf(
    [
      mutantResult('a/x', 'killed', { catalog: [found('k')] }),
      mutantResult('a/y', 'survived'),
      mutantResult('b/x', 'survived', {}, { accepted }),
      mutantResult('b/y', 'equivalent'),
      mutantResult('c/x', 'invalid'),
    ],
    [],
  );
  expect(score).toMatchObject({
    mutants: 5,
    killed: 1,
    survived: 1,
    accepted: 1,
    equivalent: 1,
    invalid: 1,
    percent: 50,
  });
  expect(score.operators).toEqual([
    { operator: 'a', mutants: 2, killed: 1, survived: 1 },
    { operator: 'b', mutants: 2, killed: 0, survived: 0 },
    { operator: 'c', mutants: 1, killed: 0, survived: 0 },
  ]);
});

it('has no percentage where nothing counts', () => {
  expect(scoreOf([], []).percent).toBeNull();
  expect(
    scoreOf([mutantResult('a/x', 'equivalent'), mutantResult('a/y', 'survived', {}, { accepted })], []).percent,
  ).toBeNull();
});

it('rounds down to a tenth, so that only all are 100 %', () => {
  const of = (killed: number, survived: number) =>
    scoreOf(
      [
        ...Array.from({ length: killed }, (_, n) => mutantResult(`a/${n}`, 'killed', { catalog: [found('k')] })),
        ...Array.from({ length: survived }, (_, n) => mutantResult(`b/${n}`, 'survived')),
      ],
      [],
    ).percent;
  expect([of(2, 1), of(1999, 1), of(1, 0), of(0, 1)]).toEqual([66.6, 99.9, 100, 0]);
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), (killed, survived) => {
      const percent = of(killed, survived);
      expect(percent === 100).toBe(killed > 0 && survived === 0);
      expect(percent === null || percent <= (100 * killed) / (killed + survived)).toBe(true);
    }),
  );
});

it('says what each witness alone noticed, and what only it did', () => {
  const { witnesses } = scoreOf(
    [
      mutantResult('a/1', 'killed', { pgtap: [red('s', 1, 'x')] }),
      mutantResult('a/2', 'killed', { pgtap: [red('s', 1, 'x')], catalog: [found('k')] }),
      mutantResult('a/3', 'killed', { catalog: [found('k'), found('l')] }),
      mutantResult('a/4', 'survived'),
    ],
    ['s'],
  );
  expect(witnesses).toEqual([
    { witness: 'pgtap', killed: 2, alone: 1, percent: 50 },
    { witness: 'attempt', killed: 0, alone: 0, percent: 0 },
    { witness: 'catalog', killed: 2, alone: 1, percent: 50 },
  ]);
});

it('tells the suites that are blind, and those that only notice what is taken away', () => {
  const { suites } = scoreOf(
    [
      mutantResult('grant/1', 'killed', {
        pgtap: [red('01_wide', 1, 'a'), red('01_wide', 2, 'b'), red('02_other', 1, 'c')],
      }),
      mutantResult('grant/2', 'killed', { pgtap: [red('01_wide', 1, 'a')] }),
      mutantResult(
        'revoke/1',
        'killed',
        { pgtap: [red('03_granted', 1, 'd'), red('02_other', 2, 'e')] },
        { narrowing: true },
      ),
      mutantResult('member-no-inherit/1', 'killed', { pgtap: [red('03_granted', 1, 'd')] }, { narrowing: true }),
      mutantResult('grant/3', 'survived'),
    ],
    ['01_wide', '02_other', '03_granted', '04_asleep', '01_wi'],
  );
  expect(suites).toEqual([
    { suite: '01_wide', killed: 2, alone: 1, kills: 'more' },
    { suite: '02_other', killed: 2, alone: 0, kills: 'more' },
    { suite: '03_granted', killed: 2, alone: 1, kills: 'revocations' },
    { suite: '04_asleep', killed: 0, alone: 0, kills: 'nothing' },
    { suite: '01_wi', killed: 0, alone: 0, kills: 'nothing' },
  ]);
});

it('grades a score by the thresholds: the high one is good, the low one is not yet bad', () => {
  const thresholds = { high: 95, low: 60, break: 0 };
  expect([100, 95, 94.9, 60, 59.9, null].map((percent) => gradeOf(percent, thresholds))).toEqual([
    'good',
    'good',
    'middling',
    'middling',
    'bad',
    null,
  ]);
});
