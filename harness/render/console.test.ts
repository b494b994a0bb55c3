import { expect, it } from 'vitest';

import type { Finding } from '../findings/finding.ts';
import { decide } from '../findings/verdict.ts';
import { findingsText } from './console.ts';

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
