import { describe, expect, it } from 'vitest';

import { readTap } from './read-tap.ts';

const read = (text: string) => {
  const { planned, skipAll, tests, faults, bailout } = readTap(text);
  return { planned, skipAll, faults, bailout, passed: tests.map(({ passed }) => passed) };
};

const twoSkipped = '    ok 1 # SKIP no dblink\n    ok 2 - b # SKIP no dblink\n    1..2\n';

describe('what a subtest made', () => {
  it.each<[what: string, text: string, made: (number | undefined)[]]>([
    ['is unknown of a test without one', 'ok 1 - a', [undefined]],
    ['is what it did not skip', '    ok 1\n    ok 2 # SKIP x\n    not ok 3 # TODO x\n    1..3\nok 1 - a', [1]],
    ['is nothing where all is skipped', `# Subtest: xu.a()\n${twoSkipped}ok 1 - a\nok 2 - b`, [0, undefined]],
    ['is nothing where it has none', '    1..0\n    # No tests run!\nok 1 - a', [0]],
    [
      'is that of a subtest in it',
      `${twoSkipped.replaceAll(/^/gm, '    ').trimEnd()}\n    ok 1 - inner\n    1..1\nok 1 - a`,
      [0],
    ],
    ['has no place behind the test', `ok 1 - a\n${twoSkipped}`, [undefined]],
  ])('%s', (_, text, made) => expect(readTap(`1..9\n${text}`).tests.map((test) => test.madeInSubtest)).toEqual(made));
});

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
