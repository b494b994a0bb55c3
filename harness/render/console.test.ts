import { expect, it } from 'vitest';

import type { Finding } from '../findings/finding.ts';
import { decide } from '../findings/verdict.ts';
import type { Evidence } from '../pack/evidence.ts';
import { consoleReporter, findingsText } from './console.ts';
import { proven } from './evidence.fixture.ts';

const finding = (rest: Partial<Finding>): Finding => ({
  code: 'missing-access',
  severity: 'medium',
  object: 'public.t',
  identity: 'app',
  message: 'm',
  remedy: 'GRANT it;',
  ...rest,
});
const textOf = (...findings: Finding[]) =>
  findingsText(
    { findings, verdict: decide({ findings, proof: { demanded: 'full', reached: 'full', of: {}, notSeen: [] } }) },
    false,
  ).split('\n');

it('a finding shows the lines of the contract to remove, and those to write', () => {
  expect(textOf(finding({ retract: 'tables:\n  public.t: {}', declare: 'a: b' })).slice(0, 7)).toEqual([
    'finding       missing-access m',
    '              → GRANT it;',
    '              → or, if it is intended, remove from the contract:',
    '                tables:',
    '                  public.t: {}',
    '                and write there:',
    '                a: b',
  ]);
});

it('lines to remove with a remedy stand below what trying it showed', () => {
  const shown = textOf(finding({ tried: 'removes this finding', retract_with_remedy: 'tables:\n  public.t: {}' }));
  expect(shown.slice(2, 6)).toEqual([
    '                tried: removes this finding',
    '              → and with it, remove from the contract:',
    '                tables:',
    '                  public.t: {}',
  ]);
});

it('failed assertions of a suite are one entry, which shows what each of them saw', () => {
  const failed = (number: number, name: string, seen: string) =>
    finding({
      code: 'assertion-failed',
      object: `01_grants#${number}`,
      message: `${name}\nFailed test ${number}: "${name}"\n    Missing privileges:\n        ${seen}`,
      remedy: 'Undo it.',
      assertion: { suite: '01_grants', number },
    });
  expect(textOf(failed(1, 'on t', 'DELETE'), failed(2, 'on u', 'UPDATE')).slice(0, 4)).toEqual([
    'finding       assertion-failed 01_grants: on t (and 1 more)',
    '              Missing privileges: DELETE',
    '              on u: Missing privileges: UPDATE',
    '              → Undo it.',
  ]);
});

/** The last lines of what a run prints, from that with the report on. */
function endOf(evidence: Evidence): string[] {
  const said: string[] = [];
  const colours = { stdout: false, stderr: false };
  consoleReporter({ stdout: (text) => said.push(text), stderr: () => undefined, colours }).onFinished?.(evidence, 'p');
  return said
    .join('')
    .split('\n')
    .map((line) => line.replace(/ Level of proof: .*/, ''));
}
const accepted = (until: string) => ({ reason: 'known', until });
const untried = (object: string, rest: Partial<Evidence['unproven'][number]> = {}) => ({
  phase: 'head' as const,
  object,
  identity: 'app',
  access: 'SELECT',
  reason: 'no row of tenancy.own',
  ...rest,
});

it('a pass says at its end what is accepted for it, and which acceptances cover nothing', () => {
  const lines = endOf({
    ...proven,
    findings: [
      finding({ accepted: accepted('2027-02-26') }),
      finding({ object: 'u', accepted: accepted('2027-02-26') }),
    ],
    unproven: [untried('t', { accepted: accepted('2027-01-01') }), untried('u', { accepted: accepted('2027-01-01') })],
    unused_acceptances: ['fail-open app public.gone'],
  });
  expect(lines.slice(lines.indexOf('report        p/report.html') + 1)).toEqual([
    '',
    'unused        fail-open app public.gone is accepted and was not found: take it out',
    'PASS the contract holds; 2 findings accepted until 2027-02-26, 2 objects not proven (accepted).',
    '',
  ]);
  const at = lines.indexOf('accepted      unproven head: t and u: no row of tenancy.own (app SELECT, 2 attempts)');
  expect(lines[at + 1]).toBe('              until 2027-01-01: known');
});

it('what is accepted for different times is said with the first of their days, beside findings that count too', () => {
  const findings = [
    finding({}),
    finding({ object: 'u', accepted: accepted('2028-01-01') }),
    finding({ object: 'v', accepted: accepted('2027-02-26') }),
  ];
  expect(textOf(...findings).at(-2)).toMatch(
    /^FAIL the contract is broken: 1 finding; 2 findings accepted until 2027-02-26 or later\. /,
  );
});

it('what is not accepted is not called so', () => {
  expect(endOf({ ...proven, findings: [] }).at(-2)).toBe('PASS the contract holds.');
});

it('says what fixed means where something was', () => {
  expect(endOf(proven)).toContain(
    'assertions    3 fixed (red at baseline, green at head), 3 held, 0 broken, 0 still red',
  );
});

it('the verdict counts the entries besides, where several findings are one', () => {
  const failed = (number: number) =>
    finding({ code: 'assertion-failed', object: `s#${number}`, assertion: { suite: 's', number } });
  const last = (...findings: Finding[]) => textOf(...findings).at(-2);
  expect(last(finding({}), failed(1), failed(2))).toContain('FAIL the contract is broken: 3 findings in 2 entries.');
  expect(last(finding({}), failed(1))).toContain('FAIL the contract is broken: 2 findings.');
});
