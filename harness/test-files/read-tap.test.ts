import { describe, expect, it } from 'vitest';

import { readTap } from './read-tap.ts';

const read = (text: string) => {
  const { planned, skipAll, tests, faults, bailout } = readTap(text);
  return { planned, skipAll, faults, bailout, passed: tests.map(({ passed }) => passed) };
};

describe('a TAP document', () => {
  it.each<[what: string, text: string, expected: Partial<ReturnType<typeof read>>]>([
    ['a plan first', '1..2\nok 1 - a\nnot ok 2 - b', { planned: 2, faults: [], passed: [true, false] }],
    ['a plan last', 'ok 1\nok\n1..2', { planned: 2, faults: [], passed: [true, true] }],
    ['no plan', 'ok 1', { faults: ['No plan found in TAP output'] }],
    ['a plan of nothing', '1..0 # SKIP why', { planned: 0, skipAll: 'why', faults: [], passed: [] }],
    ['too few tests', '1..2\nok 1', { faults: ['Bad plan.  You planned 2 tests but ran 1.'] }],
    [
      'a test beyond the plan',
      '1..1\nok 1\nok 2',
      { passed: [true, false], faults: ['Bad plan.  You planned 1 tests but ran 2.'] },
    ],
    ['two plans', '1..1\n1..1\nok 1', { planned: 1, faults: ['More than one plan found in TAP output'] }],
    [
      'tests out of sequence',
      '1..2\nok 2\nok 1',
      {
        faults: [
          'Tests out of sequence.  Found (2) but expected (1)',
          'Tests out of sequence.  Found (1) but expected (2)',
        ],
      },
    ],
    [
      'a plan in the middle',
      'ok 1\n1..2\nok 2',
      { faults: ['Plan (1..2) must be at the beginning or end of the TAP output'] },
    ],
    [
      'a TODO that fails, and one that is \\# none',
      '1..2\nnot ok 1 # TODO x\nnot ok 2 - \\# TODO x',
      { passed: [true, false] },
    ],
    ['a subtest that fails', '1..1\n    not ok 1 - in it\n    1..1\nok 1', { passed: [true], faults: [] }],
    ['words between', 'hello\n1..1\nokay 1\nok 1', { passed: [true], faults: [] }],
    ['a bail-out', '1..2\nok 1\nBail out!  no use\nok 2', { bailout: 'no use', passed: [true] }],
    ['strict TAP', 'TAP version 13\npragma +strict\n1..1\nhm\nok 1', { faults: ['Unknown TAP token: "hm"'] }],
    ['YAML', 'TAP version 13\n1..1\nok 1\n  ---\n  not ok 2\n  ...\n', { passed: [true], faults: [] }],
  ])('with %s', (_, text, expected) => expect(read(text)).toMatchObject(expected));
});
