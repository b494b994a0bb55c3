import { describe, expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import type { Finding } from './finding.ts';
import { isExecutable, untried, withTrial } from './remedy-trial.ts';

const finding = (code: string, object = 'public.t', remedy = 'REVOKE ALL ON TABLE public.t FROM "app";'): Finding => ({
  code,
  severity: 'high',
  object,
  identity: 'app',
  message: 'a message',
  remedy,
});

describe('a remedy that was tried', () => {
  const one = finding('undeclared-access');
  const other = finding('fail-open', 'public.u');
  const contract = contractWith('tables: { public.t: { grants: { rw: [TRUNCATE] } } }');
  const advice = 'Revoke it in a migration.';

  it('is offered where its finding goes and no other comes', () => {
    expect(withTrial(one, { contract, before: [one, other], advice }, { findings: [other] })).toEqual({
      ...one,
      tried: 'removes this finding, breaks nothing',
    });
  });

  it('is not offered where it brings a finding: the advice stands in its place', () => {
    const fresh = [finding('missing-access'), ...['a', 'b', 'c'].map((name) => finding('assertion-failed', name))];
    expect(withTrial(one, { contract, before: [one], advice }, { findings: fresh })).toMatchObject({
      remedy: advice,
      tried:
        'no SQL is offered: it would bring missing-access: app public.t, assertion-failed: app a, assertion-failed: app b and 1 other',
    });
  });

  it('is offered with the lines to take out where only the contract’s own grant asks for what it takes', () => {
    const asked = {
      ...finding('missing-access'),
      retract: 'tables:\n  public.t:\n    grants:\n      rw:\n        - TRUNCATE',
    };
    expect(withTrial(one, { contract, before: [one], advice }, { findings: [asked] })).toEqual({
      ...one,
      tried: 'removes this finding; the contract still asks for it',
      retract_with_remedy: asked.retract,
    });
    expect(withTrial(one, { contract, before: [one], advice }, { findings: [one, asked] }).remedy).toBe(advice);
    expect(withTrial(one, { contract, before: [], advice }, { findings: [asked] }).remedy).toBe(advice);
  });

  it('is offered with a word where only the contract has to follow', () => {
    const followed = finding('changed-policy');
    expect(withTrial(one, { contract, before: [one], advice }, { findings: [followed] })).toMatchObject({
      remedy: one.remedy,
      tried: 'removes this finding, breaks nothing; the contract has to say the new state of public.t',
    });
    expect(
      withTrial(one, { contract, before: [one], advice }, { findings: [{ ...followed, object: 'public.u' }] }).remedy,
    ).toBe(advice);
  });

  it('is not offered where the server refuses it', () => {
    expect(
      withTrial(one, { contract, before: [one], advice }, { refused: 'api.post is not a function, SQLSTATE 42809' }),
    ).toMatchObject({
      remedy: advice,
      tried: 'no SQL is offered: the server refuses it (api.post is not a function, SQLSTATE 42809)',
    });
  });

  it('says so where its finding stays, and where only a real login would see it go', () => {
    expect(withTrial(one, { contract, before: [one], advice }, { findings: [one] }).tried).toBe(
      'breaks nothing, and does not remove this finding alone',
    );
    expect(withTrial(one, { contract, before: [other], advice }, { findings: [other] }).tried).toBe(
      'breaks nothing; that this finding goes is seen by its real login alone',
    );
  });
});

describe('what can be executed', () => {
  it.each([
    ['REVOKE SELECT ON TABLE public.t FROM "app";', true],
    ['DROP POLICY p ON public.t; CREATE POLICY p ON public.t USING (true);', true],
    ['DROP POLICY p ON public.t; CREATE POLICY p ON public.t …;', false],
    ['ALTER FUNCTION public.f() OWNER TO <a definer role>;', false],
    ['-- Add a permissive policy: CREATE POLICY … ON t;', false],
    ['Name pgcrypto under extensions in the contract, or DROP EXTENSION pgcrypto;', false],
    ['Revoke it in a migration.', false],
  ])('of %s: %s', (remedy, executable) => {
    expect(isExecutable({ remedy })).toBe(executable);
  });

  it('is not tried where its finding is accepted, and said so, whatever else keeps it from being tried', () => {
    const accepted = { reason: 'known', until: '2030-01-01' };
    const of = (one: Finding) => untried([{ ...one, accepted }])[0]!.tried;
    expect(of(finding('undeclared-access'))).toBe('not tried: the finding is accepted');
    expect(of(finding('fail-open', 'public.u', 'Look at the policies.'))).toBeUndefined();
  });

  it('is not tried in a database that is not ours, and said so', () => {
    const advice = finding('fail-open', 'public.u', 'Look at the policies.');
    expect(untried([finding('undeclared-access'), advice])).toEqual([
      { ...finding('undeclared-access'), tried: 'not tried: the database is not ours' },
      advice,
    ]);
  });
});
