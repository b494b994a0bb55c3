import { describe, expect, it } from 'vitest';

import { contractWith, notes } from '../testing/contract.ts';
import { assertion, attempt, suite } from '../testing/observed.ts';
import type { Attempt } from '../attempts/attempt.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import { openDeficiencies, type DeficiencyResult } from './deficiencies/judge.ts';
import { failClosedMatrix, type FailClosedCell } from './fail-closed/cells.ts';
import { judgeTenantCells } from './fail-closed/judge.ts';
import { judgeAttempts } from './live-access/judge.ts';
import type { AssertionChange } from './suites/assertion-changes.ts';
import { judgeSuites } from './suites/judge.ts';
import { disagreement, type TruthRow, type WitnessWord } from './truth-table/judge.ts';

const contract = contractWith(notes);

interface SeenAtHead {
  assertions: AssertionChange[];
  suites: SuiteRun[];
  controls: ControlRun[];
  attempts: Attempt[];
  failClosed: FailClosedCell[];
  truthTable: TruthRow[];
  deficiencies: DeficiencyResult[];
}

function judge(seen: Partial<SeenAtHead>) {
  const { assertions = [], suites = [], controls = [], attempts = [], failClosed = [] } = seen;
  return [
    ...judgeSuites(assertions, { suites, controls }),
    ...judgeTenantCells(contract, failClosed),
    ...judgeAttempts(contract, attempts),
    ...(seen.truthTable ?? []).flatMap(disagreement),
    ...openDeficiencies(seen.deficiencies ?? []),
  ];
}

describe('what was run gives a finding', () => {
  it('for a declared call that is denied, unless everybody has it in a schema that not everybody may use', () => {
    const denied = [attempt('app EXECUTE auth.uid() none', 'denied-by-grant')];
    const judged = (schema: string, grants: string) =>
      judgeAttempts(
        contractWith(`schemas: { auth: { grants: ${schema} } }\nfunctions: { auth.uid(): { grants: ${grants} } }`),
        denied,
      ).map(({ code }) => code);
    expect(judged('{ rw: [USAGE] }', '{ PUBLIC: [EXECUTE] }')).toEqual(['unexpected-closed']);
    expect(judged('{}', '{ rw: [EXECUTE] }')).toEqual(['unexpected-closed']);
    expect(judged('{}', '{ PUBLIC: [EXECUTE] }')).toEqual([]);
  });

  it('for an assertion that is not ok at head, and for no other', () => {
    const results = ['ok', 'not-ok', 'skip', 'todo', 'missing'] as const;
    const assertions = results.map((head, index) => ({
      suite: '01',
      number: index + 1,
      name: `a ${head}`,
      baseline: 'ok' as const,
      head,
      change: 'broken' as const,
    }));
    const suites = [suite('01', [assertion(1, 'a ok'), assertion(2, 'a not-ok', 'not-ok', 'have: 1\nwant: 2')])];
    expect(judge({ assertions, suites })).toEqual([
      {
        code: 'assertion-failed',
        severity: 'high',
        object: '01#2',
        identity: 'app',
        message: 'a not-ok\nhave: 1\nwant: 2',
        remedy: 'Mend it.',
        assertion: { suite: '01', number: 2 },
        location: { file: 'pgtap/suites/01.sql', line: 1 },
      },
    ]);
  });

  it('for a suite that did not notice its damage', () => {
    const controls = ['01', '02'].map((name) => ({
      suite: name,
      noticed: name === '02',
      failed: [],
      reason: name === '02' ? null : 'it has no control',
    }));
    const found = judge({ controls, suites: [suite('01'), suite('02')] });
    expect(found.map(({ code, object, message }) => [code, object, message])).toEqual([
      ['control-unnoticed', '01', 'the suite 01 did not notice its own damage: it has no control'],
    ]);
  });

  it.each<[words: string, outcome: Parameters<typeof attempt>[1], code: string | undefined]>([
    ['app SELECT public.notes own-tenant', 'allowed', undefined],
    ['app SELECT public.notes own-tenant', 'hidden', 'unexpected-closed'],
    ['app INSERT public.notes own-tenant', 'stopped:23505', undefined],
    ['app DELETE public.notes own-tenant', 'stopped:23503', 'undeclared-access'],
    ['app INSERT public.notes own-tenant', 'absent', 'unexpected-closed'],
    ['app INSERT public.notes own-tenant', 'broken-off', undefined],
    ['app DELETE public.notes own-tenant', 'denied-by-grant', undefined],
    ['app DELETE public.notes own-tenant', 'allowed', 'undeclared-access'],
    ['app DELETE public.notes own-tenant', 'hidden', 'undeclared-access'],
    ['app DELETE public.notes own-tenant', 'error:42501', undefined],
    ['app SELECT public.notes never-set', 'hidden', undefined],
    ['app SELECT public.other none', 'allowed', 'undeclared-access'],
  ])('for an attempt against the contract: %s, %s', (words, outcome, code) => {
    expect(judge({ attempts: [attempt(words, outcome)] }).map((found) => found.code)).toEqual(
      code === undefined ? [] : [code],
    );
  });

  it.each<[outcome: Parameters<typeof attempt>[1], rest: Parameters<typeof attempt>[2], words: string]>([
    [
      'allowed',
      { rows: 1, foreign_rows: 1 },
      'app: UPDATE on public.notes reached 1 row beyond its tenant (context never-set)',
    ],
    [
      'allowed',
      { rows: 3, foreign_rows: 3 },
      'app: UPDATE on public.notes reached 3 rows beyond its tenant (context never-set)',
    ],
    [
      'stopped:23505',
      { sqlstate: '23505' },
      'app: UPDATE on public.notes was let through by row security and stopped only by SQLSTATE 23505 (context never-set)',
    ],
  ])('for an open cell: %s %j', (outcome, rest, message) => {
    const failClosed = failClosedMatrix(contract, [attempt('app UPDATE public.notes never-set', outcome, rest)]);
    expect(judge({ failClosed })).toMatchObject([
      { code: 'fail-open', object: 'public.notes', identity: 'app', access: 'UPDATE', message },
    ]);
  });

  it.each<[words: [WitnessWord, WitnessWord, WitnessWord], disagree: boolean]>([
    [['allowed', 'allowed', 'allowed'], false],
    [['denied', 'silent', 'denied'], false],
    [['silent', 'silent', 'silent'], false],
    [['allowed', 'silent', 'denied'], true],
    [['allowed', 'denied', 'silent'], true],
    [['denied', 'denied', 'allowed'], true],
  ])('for witnesses that disagree: %j', ([catalog, pgtap, live], disagree) => {
    const row: TruthRow = {
      object: 'public.t',
      access: 'SELECT',
      identity: 'app',
      required_by: '',
      expected: true,
      allowed: true,
      baseline_allowed: true,
      mechanism: '',
      rls: '',
      witnesses: { catalog, pgtap, attempt: live, assertions: [] },
    };
    expect(judge({ truthTable: [row] }).map(({ code, message }) => `${code}: ${message}`)).toEqual(
      disagree
        ? [
            `witnesses-disagree: app SELECT on public.t: the catalog says ${catalog}, pgTAP says ${pgtap}, the attempt says ${live}`,
          ]
        : [],
    );
  });

  it.each([
    ['fixed', 0],
    ['held', 0],
    ['still-red', 1],
    ['broken', 1],
  ] as const)('for a deficiency that is %s: %i', (status, findings) => {
    const head = [
      {
        what: 'app SELECT t',
        expected: 'allowed' as const,
        seen: 'absent' as const,
        message: null,
        met: false,
        unproven: false,
      },
    ];
    expect(judge({ deficiencies: [{ id: 'D-1', claim: 'It fails.', baseline: [], head, status }] })).toHaveLength(
      findings,
    );
  });
});
