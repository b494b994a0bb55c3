import { by } from '../../common/order.ts';
import type { Assertion, AssertionResult } from '../../pgtap/assertion.ts';
import { changeOf } from '../../common/change.ts';
import type { AssertionChange } from './assertion-changes.ts';

/** The assertions of one suite in one phase. */
export interface SuiteAssertions {
  suite: string;
  assertions: readonly Assertion[];
}

/**
 * Each assertion in both phases, matched by suite, number and name. One that a phase did not reach is `missing` there. Without a
 * baseline, only those of head.
 */
export function compareAssertions(
  baseline: readonly SuiteAssertions[] | undefined,
  head: readonly SuiteAssertions[],
): AssertionChange[] {
  const changes = new Map<string, Required<Omit<AssertionChange, 'change'>>>();
  const add = (phase: 'baseline' | 'head', suites: readonly SuiteAssertions[]) => {
    for (const { suite, assertions } of suites) {
      for (const { number, name, result } of assertions.filter((one) => one.result !== 'missing')) {
        const key = `${suite}\u0000${String(number).padStart(6, '0')}\u0000${name}`;
        const known = changes.get(key) ?? { suite, number, name, baseline: 'missing', head: 'missing' };
        changes.set(key, { ...known, [phase]: result });
      }
    }
  };
  add('baseline', baseline ?? []);
  add('head', head);
  return [...changes]
    .toSorted(by(([key]) => key))
    .map(([, { suite, number, name, ...seen }]) =>
      baseline === undefined
        ? { suite, number, name, head: seen.head }
        : { suite, number, name, ...seen, change: changeOf(isGreen(seen.baseline), isGreen(seen.head)) },
    );
}

/** Whether an assertion is green. Only `ok` is: a skipped or TODO assertion proves nothing. */
export function isGreen(result: AssertionResult): boolean {
  return result === 'ok';
}
