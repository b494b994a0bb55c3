import { describe, expect, it } from 'vitest';

import { assertion, attempt, suite, working } from '../testing/observed.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { PhaseName } from '../common/phase.ts';
import type { Finding } from '../findings/finding.ts';
import { unusedAcceptances } from '../findings/accepted.ts';
import { oneOfMany } from '../findings/not-seen.ts';
import { coverable, unprovenLines, withAcceptedUnproven } from '../findings/unproven.ts';
import { decide } from '../findings/verdict.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import { unreproduced, type DeficiencyResult } from './deficiencies/judge.ts';
import { unprovenAttempts } from './live-access/judge.ts';
import { unprovenSuites } from './suites/judge.ts';

/** What several proofs saw, and the findings that they made. */
interface VerdictBasis {
  findings: readonly Finding[];
  suites: Record<PhaseName, readonly SuiteRun[]>;
  attempts: Record<PhaseName, readonly Attempt[]>;
  deficiencies: readonly DeficiencyResult[];
  notSeen: readonly string[];
}

const finding: Finding = {
  code: 'fail-open',
  severity: 'high',
  object: 'public.t',
  identity: 'app',
  message: '',
  remedy: '',
};
const deficiency = (status: DeficiencyResult['status'], met: boolean): DeficiencyResult => ({
  id: 'D-1',
  claim: 'c',
  status,
  baseline: [
    {
      what: 'app SELECT public.t',
      expected: 'denied-by-grant',
      seen: met ? 'denied-by-grant' : 'allowed',
      message: null,
      met,
      unproven: false,
    },
  ],
  head: [],
});

const sound: VerdictBasis = {
  findings: [],
  suites: { baseline: [suite('01')], head: [suite('01')] },
  attempts: {
    baseline: [attempt('app SELECT public.t', 'allowed')],
    head: [attempt('app SELECT public.t', 'allowed'), attempt('app DELETE public.t', 'denied-by-grant')],
  },
  deficiencies: [deficiency('fixed', true)],
  notSeen: [],
};
const head = (...suites: VerdictBasis['suites']['head']): Partial<VerdictBasis> => ({
  suites: { ...sound.suites, head: suites },
});
const baseline = (...suites: VerdictBasis['suites']['baseline']): Partial<VerdictBasis> => ({
  suites: { ...sound.suites, baseline: suites },
});
const tried = (...attempts: VerdictBasis['attempts']['head']): Partial<VerdictBasis> => ({
  attempts: { ...sound.attempts, head: attempts },
});
const verdict = (changed: Partial<VerdictBasis>) => {
  const { findings, suites, attempts, deficiencies, notSeen } = { ...sound, ...changed };
  const shown = { baseline: () => false, head: () => false };
  const all = [...unprovenSuites(suites), ...unprovenAttempts(attempts, shown), ...unreproduced(deficiencies)];
  const unproven = [...notSeen, ...unprovenLines(all)];
  const { proof, ...rest } = decide({
    findings,
    proof: { demanded: 'full', reached: 'full', of: {}, notSeen: unproven.map(oneOfMany) },
  });
  expect(proof).toEqual({ demanded: 'full', reached: 'full', of: {}, not_seen: [] });
  return rest;
};

describe('the verdict passes', () => {
  it.each<[when: string, changed: Partial<VerdictBasis>]>([
    ['everything is sound', {}],
    ['every finding is accepted', { findings: [{ ...finding, accepted: { reason: 'known', until: '2030-01-01' } }] }],
    [
      'a suite could not run before the contract for want of its role',
      baseline(suite('01', [], { status: 'role-absent', reason: 'role "app" does not exist' })),
    ],
    [
      'a suite broke off before the contract on what is not there yet',
      baseline(
        suite('01', [], {
          status: 'sql-error',
          sqlstate: '42P01',
          reason: 'x.sql:1: relation "t" does not exist (SQLSTATE 42P01)',
        }),
      ),
    ],
    [
      'a denial by grant stands beside the statement working on no rows',
      tried(attempt('app DELETE public.t', 'denied-by-grant', { control: { ...working, rows: 0 } })),
    ],
    ['a suite was red before the contract', baseline(suite('01', [assertion(1, 'a', 'not-ok')]))],
  ])('when %s', (_, changed) => {
    expect(verdict(changed)).toEqual({ status: 'pass', exit_code: 0, reasons: [] });
  });
});

describe('that nothing was shown at all', () => {
  it.each(['*', 'attempts', 'suites'])('is not accepted by %s, and a part of it is', (object) => {
    const none = { baseline: [], head: [] };
    const shown = { baseline: () => false, head: () => false };
    const part = { phase: 'head', object, identity: '', access: '', reason: 'a part' } as const;
    const acceptance = { code: 'unproven', object, reason: 'known', until: '2030-01-01' };
    const all = [...unprovenSuites(none), ...unprovenAttempts(none, shown), part];
    expect(unprovenLines(withAcceptedUnproven(all, [acceptance], '2029-01-01'))).toEqual([
      'head: suites: no suite ran',
      'head: attempts: nothing was attempted as a login',
    ]);
    expect(unusedAcceptances([acceptance], coverable(all.slice(0, 2)))).toEqual([`unproven ${object}`]);
  });
});

describe('the verdict is inconclusive', () => {
  it.each<[when: string, changed: Partial<VerdictBasis>, reason: string]>([
    ['no suite ran', head(), 'head: suites: no suite ran'],
    ['nothing was attempted', tried(), 'head: attempts: nothing was attempted as a login'],
    ['something could not be seen', { notSeen: ['no pgTAP'] }, 'no pgTAP'],
    [
      'an assertion was skipped',
      head(suite('01', [assertion(1, 'a', 'skip')])),
      'head: 01#1: it is a skip, which proves nothing',
    ],
    [
      'an assertion is to do',
      head(suite('01', [assertion(1, 'a', 'todo')])),
      'head: 01#1: it is a todo, which proves nothing',
    ],
    [
      'an assertion was skipped for a reason',
      head(suite('01', [{ ...assertion(1, 'a', 'skip'), diagnostics: 'dblink cannot connect' }])),
      'head: 01#1: it is a skip, which proves nothing: dblink cannot connect',
    ],
    ...(
      [
        'no-plan',
        'no-tests',
        'plan-mismatch',
        'bailed-out',
        'sql-error',
        'role-absent',
        'login-refused',
        'malformed',
      ] as const
    ).map((status): [string, Partial<VerdictBasis>, string] => [
      `a suite is ${status}`,
      head(suite('01', [], { status, reason: 'why' })),
      `head: 01: the suite is ${status}: why`,
    ]),
    [
      'a suite broke off before the contract for another reason',
      baseline(suite('01', [], { status: 'sql-error', sqlstate: '42601', reason: 'syntax error (SQLSTATE 42601)' })),
      'baseline: 01: the suite is sql-error: syntax error (SQLSTATE 42601)',
    ],
    [
      'a suite ran nothing before the contract',
      baseline(suite('01', [], { status: 'no-tests', reason: 'it ran no test' })),
      'baseline: 01: the suite is no-tests: it ran no test',
    ],
    [
      'a denial has no control',
      tried(attempt('app SELECT public.t', 'denied-by-grant', { control: null })),
      'head: public.t: its positive control did not work: none, so that it ended as denied-by-grant shows nothing (app SELECT)',
    ],
    [
      'the control of a denial failed',
      tried(
        attempt('app SELECT public.t', 'denied-by-grant', {
          control: { ...working, outcome: 'error:22012', message: 'division by zero', rows: 0 },
        }),
      ),
      'head: public.t: its positive control did not work: division by zero, so that it ended as denied-by-grant shows nothing (app SELECT)',
    ],
    [
      'a deficiency was not reproduced',
      { deficiencies: [deficiency('held', false)] },
      'baseline: D-1: it was not reproduced: app SELECT public.t should end as denied-by-grant and ended as allowed',
    ],
  ])('when %s', (_, changed, reason) => {
    expect(verdict(changed)).toEqual({ status: 'inconclusive', exit_code: 3, reasons: [reason] });
  });
});

describe('the verdict fails', () => {
  it('when there is a finding', () => {
    expect(verdict({ findings: [finding] })).toEqual({
      status: 'fail',
      exit_code: 1,
      reasons: ['fail-open: app public.t'],
    });
  });

  it('before it is inconclusive, and says both', () => {
    expect(verdict({ findings: [{ ...finding, identity: '' }], ...head() })).toEqual({
      status: 'fail',
      exit_code: 1,
      reasons: ['fail-open: public.t', 'head: suites: no suite ran'],
    });
  });
});
