import { describe, expect, it } from 'vitest';

import { readTap } from './read-tap.ts';
import { idleAssertions, madeAssertions, whyVacuous } from './test-result.ts';

const result = (tap: string, exit = 0) => ({ reading: readTap(tap), exit });
const skippedSubtest = '    ok 1 # SKIP no dblink\n    1..1\n';

describe('a file that passes', () => {
  it.each<[what: string, tap: string, reason: string | undefined]>([
    ['with an assertion', '1..2\nok 1\nok 2 # SKIP no dblink', undefined],
    ['with a plan of nothing', '1..0 # SKIP no dblink', 'its plan is 0: no dblink'],
    [
      'with everything skipped',
      '1..2\nok 1 # SKIP no dblink\nok 2 # SKIP',
      'each of its 2 assertions is skipped: no dblink',
    ],
    ['with everything to do', '1..1\nnot ok 1 # TODO later', 'its one assertion is skipped or to do: later'],
    [
      'with subtests that skipped everything',
      `1..2\n${skippedSubtest}ok 1 - a\n${skippedSubtest}ok 2 - b`,
      'each of its 2 assertions is skipped: nothing in its subtest was made',
    ],
    [
      'with one subtest that made something',
      `1..2\n${skippedSubtest}ok 1 - a\n    ok 1\n    1..1\nok 2 - b`,
      undefined,
    ],
  ])('%s shows what it shows', (_, tap, reason) => expect(whyVacuous(result(tap))).toBe(reason));

  it('is not one that fails', () => {
    expect(whyVacuous(result('1..0 # SKIP no dblink', 3))).toBeUndefined();
    expect(whyVacuous(result(''))).toBeUndefined();
  });
});

it('assertions that made nothing are told by their reasons', () => {
  const tap = `1..4\nok 1 # SKIP no dblink\n${skippedSubtest}ok 2 - a\nok 3 - b\nok 4 # SKIP no dblink`;
  expect(idleAssertions(result(tap))).toBe(
    '3 of its 4 assertions were not made: no dblink; nothing in its subtest was made',
  );
  expect(madeAssertions([result(tap)])).toBe(1);
  expect(idleAssertions(result('1..1\nok 1'))).toBeUndefined();
});
