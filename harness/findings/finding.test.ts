import { describe, expect, it } from 'vitest';

import { fileWith } from '../testing/contract.ts';
import { unusedAcceptances, withAcceptances } from './accepted.ts';
import { findingKey, sortFindings, type Finding } from './finding.ts';
import { located } from './located.ts';

const finding = (code: string, object = '', identity = '', rest: Partial<Finding> = {}): Finding => ({
  code,
  severity: 'high',
  object,
  identity,
  message: '',
  remedy: '',
  ...rest,
});

describe('findings', () => {
  it('stand with causes before symptoms, then by object and identity', () => {
    const sorted = sortFindings([
      finding('assertion-failed', 'a'),
      finding('missing-role', 'a'),
      finding('view-bypasses-rls', 'a'),
      finding('undeclared-access', 'b', 'x'),
      finding('undeclared-access', 'b', 'a'),
      finding('undeclared-access', 'a', 'z'),
      finding('fail-open', 'a'),
    ]);
    expect(sorted.map(({ code, object, identity }) => `${code} ${object} ${identity}`.trim())).toEqual([
      'undeclared-access a z',
      'undeclared-access b a',
      'undeclared-access b x',
      'fail-open a',
      'view-bypasses-rls a',
      'missing-role a',
      'assertion-failed a',
    ]);
  });

  it('of one key are one, the first', () => {
    const sorted = sortFindings([
      finding('fail-open', 't', 'app', { message: 'first' }),
      finding('fail-open', 't', 'app', { message: 'second' }),
      finding('fail-open', 't', 'app', { access: 'SELECT' }),
    ]);
    expect(sorted.map(({ message, access }) => [message, access])).toEqual([
      ['first', undefined],
      ['', 'SELECT'],
    ]);
  });

  it('are known by code, object, identity and access, never by their words', () => {
    const words = { message: 'reworded', remedy: 'reworded', severity: 'low' } as const;
    expect(findingKey(finding('a', 'b', 'c', words))).toBe(findingKey(finding('a', 'b', 'c')));
    expect(
      new Set([finding('a', 'b', 'c'), finding('a', 'b c'), finding('a', 'b', 'c', { access: 'd' })].map(findingKey))
        .size,
    ).toBe(3);
  });
});

describe('an acceptance', () => {
  const accepted = (finding_: Finding, today: string) =>
    withAcceptances([finding_], [{ code: 'fail-open', object: 't', reason: 'known', until: '2030-06-30' }], today)[0]!
      .accepted;

  it('covers until its last day what it names', () => {
    expect(accepted(finding('fail-open', 't', 'app'), '2030-06-30')).toEqual({ reason: 'known', until: '2030-06-30' });
    expect(accepted(finding('fail-open', 't', 'app'), '2030-07-01')).toBeUndefined();
    expect(accepted(finding('fail-open', 'u'), '2030-01-01')).toBeUndefined();
    expect(accepted(finding('missing-role', 't'), '2030-01-01')).toBeUndefined();
  });

  const acceptance = { code: 'fail-open', object: 'public.*', identity: 'app*', reason: 'known', until: '2030-06-30' };

  it('may name many by *, and what it leaves out is not asked for', () => {
    const [both, none] = [
      finding('fail-open', 'public.t', 'app_user', { access: 'SELECT' }),
      finding('fail-open', 'other.t', 'app'),
    ];
    expect(withAcceptances([both, none], [acceptance], '2030-01-01').map((one) => one.accepted !== undefined)).toEqual([
      true,
      false,
    ]);
  });

  it('that covers nothing is told, in whatever it says', () => {
    const all = [finding('fail-open', 'public.t', 'app_user')];
    const stale = { ...acceptance, identity: 'rw', access: 'SELECT' };
    expect(unusedAcceptances([acceptance, stale], all)).toEqual(['fail-open rw SELECT public.*']);
  });
});

describe('a finding is located', () => {
  const file = fileWith(`schemas: { public: {} }
tables:
  public.t: {}
functions:
  public.f(): {}
database: {}
deficiencies:
  - id: D-1
    claim: c
    baseline: [&e { identity: app, access: SELECT, object: public.t, outcome: allowed }]
    head: [*e]
`);

  it.each<[object: string, identity: string, line: number | undefined]>([
    ['public.t', 'app', 10],
    ['public.f()', '', 12],
    ['public', '', 8],
    ['database', 'app', 13],
    ['D-1', '', 15],
    ['public.unknown', 'app', 6],
    ['public.unknown', 'ghost', undefined],
  ])('at the line that speaks of %s or else %s', (object, identity, line) => {
    expect(located(file, finding('fail-open', object, identity)).location).toEqual(
      line === undefined ? undefined : { file: 'c.yaml', line },
    );
  });

  it('without lines of the contract where its entry is for every tenant', () => {
    const forTenants = fileWith(`
sessions: { user: { login: app, set: { app.tenant: "{schema}" } } }
tenancy: { session: user, own: { schema: a }, other: { schema: b }, unknown: { schema: c } }
tables: { "{schema}.t": {}, public.u: {} }
`);
    const lines = { declare: 'tables: {}', retract: 'tables: {}' };
    expect(Object.keys(located(forTenants, finding('undeclared-access', 'a.t', '', lines)))).not.toContain('declare');
    expect(located(forTenants, finding('undeclared-access', 'public.u', '', lines))).toMatchObject(lines);
  });

  it('where it says itself', () => {
    const location = { file: 'pgtap/suites/01.sql', line: 1 };
    expect(located(file, finding('assertion-failed', 'public.t', '', { location })).location).toEqual(location);
  });
});
