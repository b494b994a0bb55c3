import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import type { Probe } from '../../attempts/attempt.ts';
import type { Assertion, AssertionResult } from '../../pgtap/assertion.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import { parseClaim } from '../../pgtap/witness-claim.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import { grant, owner, publicSchema, role, roles } from '../../testing/facts.ts';
import { answer, assertion, attempt, suite } from '../../testing/observed.ts';
import { contractedAccess } from '../closed-world/judge.ts';
import { truthTable, type PhaseView } from './judge.ts';

const contract = contractWith(`${notes}
  public.tenants:
    denies: [{ identity: app, access: [SELECT, DELETE] }]
functions:
  security.f(): { owner: rw, security: definer, grants: { rw: [EXECUTE] }, needs: [{ identity: app, access: [EXECUTE], required_by: f.py }] }
`);
const facts = [
  ...roles,
  ...publicSchema,
  owner('table', 'public.notes'),
  owner('table', 'public.tenants'),
  grant('table', 'public.notes', 'rw', 'SELECT'),
  grant('table', 'public.notes', 'rw', 'INSERT'),
];

function view({
  more = [],
  probes = [],
  suites = [],
}: { more?: Fact[]; probes?: Probe[]; suites?: SuiteRun[] } = {}): PhaseView {
  return { access: contractedAccess(contract, [...facts, ...more]), probes, suites };
}
const row = (object: string, head: PhaseView, baseline: PhaseView = view()) =>
  truthTable(contract, baseline, head).find((one) => one.object === object)!;

describe('the truth table', () => {
  it('has one row for each need and each denial, in the order of the contract', () => {
    expect(
      truthTable(contract, view(), view()).map(({ object, access, identity, expected, required_by }) => [
        object,
        access,
        identity,
        expected,
        required_by,
      ]),
    ).toEqual([
      ['public.notes', 'SELECT/INSERT', 'app', true, 'notes.py'],
      ['public.tenants', 'SELECT/DELETE', 'app', false, '(forbidden)'],
      ['security.f()', 'EXECUTE', 'app', true, 'f.py'],
    ]);
  });

  it('wants all privileges of a need, in either phase', () => {
    const half = {
      ...view(),
      access: contractedAccess(
        contract,
        facts.filter(({ property }) => property !== 'INSERT'),
      ),
    };
    expect(row('public.notes', view(), half)).toMatchObject({
      allowed: true,
      baseline_allowed: false,
      mechanism: 'app via rw',
    });
    expect(
      row('public.notes', {
        ...view(),
        access: contractedAccess(
          contract,
          facts.filter(({ object }) => object !== 'public'),
        ),
      }).allowed,
    ).toBe(false);
  });

  it('counts no grant of which no policy lets the login find a row', () => {
    const withoutPolicy = [{ object: 'public.notes', identity: 'rw', access: 'SELECT' }];
    expect(row('public.notes', { ...view(), withoutPolicy }).allowed).toBe(false);
    expect(
      row('public.notes', { ...view(), withoutPolicy: [{ ...withoutPolicy[0]!, identity: 'other' }] }).allowed,
    ).toBe(true);
  });

  it.each<[how: string, more: Fact[], allowed: boolean, mechanism: string]>([
    ['nothing', [], false, 'none'],
    ['one privilege', [grant('table', 'public.tenants', 'app', 'DELETE')], true, 'app directly'],
    ['PUBLIC', [grant('table', 'public.tenants', 'PUBLIC', 'SELECT')], true, 'app via PUBLIC'],
    ['a column', [grant('column', 'public.tenants.secret', 'app', 'SELECT')], true, 'app directly'],
    ['another table of a longer name', [grant('table', 'public.tenants_archive', 'app', 'SELECT')], false, 'none'],
    ['being superuser', [...role('app', 'superuser')], true, 'none'],
  ])('sees a denial broken by: %s', (_, more, allowed, mechanism) => {
    expect(row('public.tenants', view({ more }))).toMatchObject({ allowed, mechanism, rls: 'N/A (privilege denied)' });
  });

  it.each<[what: string, outcomes: Probe[], rls: RegExp]>([
    [
      'hidden and denied',
      [
        attempt('app SELECT public.notes never-set', 'hidden'),
        attempt('app INSERT public.notes never-set', 'denied-by-rls'),
      ],
      /^enforced on tenant_id = current_setting\('app\.tenant'\)$/,
    ],
    [
      'one that reached rows',
      [
        attempt('app SELECT public.notes never-set', 'allowed'),
        attempt('app INSERT public.notes never-set', 'denied-by-rls'),
      ],
      /^NOT enforced/,
    ],
    ['no attempt', [], /^NOT enforced/],
    ['another identity’s attempts', [attempt('other SELECT public.notes never-set', 'hidden')], /^NOT enforced/],
    ['a table that has no tenant', [attempt('app SELECT public.notes none', 'allowed')], /^none$/],
  ])('calls row security by what was seen without a tenant: %s', (_, probes, rls) => {
    expect(row('public.notes', view({ probes })).rls).toMatch(rls);
  });

  it('says as whom a definer function reads', () => {
    expect(row('security.f()', view()).rls).toBe('function-owned privileged read (as rw)');
  });
});

describe('the witnesses of a need', () => {
  const own = (select: Parameters<typeof attempt>[1], insert: Parameters<typeof attempt>[1]) => [
    attempt('app SELECT public.notes own-tenant', select),
    attempt('app INSERT public.notes own-tenant', insert),
  ];
  const words = (probes: Probe[], suites: SuiteRun[] = []) => {
    const { catalog, pgtap, attempt: live } = row('public.notes', view({ probes, suites })).witnesses;
    return `${catalog} ${pgtap} ${live}`;
  };

  it.each<[says: string, probes: Probe[]]>([
    ['silent silent silent', []],
    ['allowed silent silent', [answer('app public.notes SELECT', true), answer('app public.notes INSERT', true)]],
    ['denied silent silent', [answer('app public.notes SELECT', true), answer('app public.notes INSERT', false)]],
    [
      'denied silent silent',
      [answer('app public.notes SELECT', 'absent'), answer('app public.notes INSERT', 'absent')],
    ],
    ['silent silent allowed', own('allowed', 'allowed')],
    ['silent silent denied', own('allowed', 'denied-by-rls')],
    ['silent silent silent', own('allowed', 'error:23505')],
    ['silent silent silent', own('allowed', 'allowed').slice(0, 1)],
    [
      'silent silent silent',
      [
        attempt('app SELECT public.notes other-tenant', 'allowed'),
        attempt('app INSERT public.notes other-tenant', 'allowed'),
      ],
    ],
  ])('say %s', (says, probes) => {
    expect(words(probes)).toBe(says);
  });

  const claiming = (claim: string, result: AssertionResult = 'ok', number = 1): Assertion => ({
    ...assertion(number, 'a name that says nothing', result),
    witnesses: [parseClaim(claim)!],
  });

  it.each<[claim: string, says: 'allowed' | 'silent']>([
    ['app SELECT public.notes', 'allowed'],
    ['app INSERT/DELETE public.notes', 'allowed'],
    ['app2 SELECT public.notes', 'silent'],
    ['app SELECT public.notes_archive', 'silent'],
    ['app DELETE public.notes', 'silent'],
  ])('take the assertion that declares: %s', (claim, says) => {
    expect(words([], [suite('01', [claiming(claim)])])).toBe(`silent ${says} silent`);
  });

  it('take no assertion for its name', () => {
    expect(words([], [suite('01', [assertion(1, 'app can SELECT public.notes')])])).toBe('silent silent silent');
  });

  it('take every assertion of a suite whose header declares it, each once', () => {
    const witnesses = [parseClaim('app SELECT public.notes')!];
    const assertions = [assertion(1, 'a'), claiming('app SELECT public.notes', 'ok', 2), assertion(3, 'c', 'skip')];
    const { witnesses: told } = row('public.notes', view({ suites: [suite('01', assertions, { witnesses })] }));
    expect(told).toMatchObject({
      pgtap: 'allowed',
      assertions: [
        { suite: '01', number: 1 },
        { suite: '01', number: 2 },
      ],
    });
  });

  it('hear one failed assertion, name all, and hear none that did not run', () => {
    const told = (result: Parameters<typeof assertion>[2]) =>
      row(
        'public.notes',
        view({
          suites: [suite('01', [claiming('app SELECT public.notes'), claiming('app INSERT public.notes', result, 2)])],
        }),
      ).witnesses;
    expect(told('not-ok')).toMatchObject({
      pgtap: 'denied',
      assertions: [
        { suite: '01', number: 1 },
        { suite: '01', number: 2 },
      ],
    });
    expect(told('skip')).toMatchObject({ pgtap: 'allowed', assertions: [{ suite: '01', number: 1 }] });
    expect(told('todo')).toMatchObject({ pgtap: 'allowed', assertions: [{ suite: '01', number: 1 }] });
  });
});

describe('the witnesses of a denial', () => {
  const words = (probes: Probe[], suites: SuiteRun[] = []) => row('public.tenants', view({ probes, suites })).witnesses;

  it('are broken by any privilege, and by any column', () => {
    expect(
      words([
        answer('app public.tenants SELECT', false),
        answer('app public.tenants DELETE', false),
        answer('app public.tenants SELECT of any column', true),
      ]).catalog,
    ).toBe('allowed');
    expect(
      words([answer('app public.tenants SELECT', false), answer('app public.tenants DELETE', false)]).catalog,
    ).toBe('denied');
    expect(
      words([attempt('app SELECT public.tenants', 'allowed'), attempt('app DELETE public.tenants', 'denied-by-grant')])
        .attempt,
    ).toBe('allowed');
  });

  it('take a passing assertion for a denial', () => {
    const told = (result: 'ok' | 'not-ok') =>
      words([], [suite('01', [assertion(1, 'a', result)], { witnesses: [parseClaim('app SELECT public.tenants')!] })])
        .pgtap;
    expect([told('ok'), told('not-ok')]).toEqual(['denied', 'allowed']);
  });
});
