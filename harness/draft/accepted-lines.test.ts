import { expect, it } from 'vitest';

import type { Finding } from '../findings/finding.ts';
import { acceptedLines } from './accepted-lines.ts';

const accepted = { reason: 'found by init', until: '2027-01-01' };
const finding = (code: Finding['code'], identity: string, isAccepted = true): Finding => ({
  code,
  object: 'public.t',
  identity,
  severity: 'high',
  message: '',
  remedy: '',
  ...(isAccepted ? { accepted } : {}),
});
const told = { until: '2027-01-01', contract: 'db/contract.yaml', past: new Set(['service_role']) };
const unproven = { phase: 'head' as const, identity: '', access: '', reason: 'no row' };

it('says how many of each code were accepted, and a role that goes past policies apart', () => {
  const findings = [
    finding('fail-open', 'anon'),
    finding('existence-oracle', 'anon'),
    finding('existence-oracle', 'app'),
    finding('fail-open', 'app', false),
    finding('fail-open', 'service_role'),
  ];
  expect(
    acceptedLines(
      findings,
      [
        { ...unproven, object: 'public.a', accepted },
        { ...unproven, object: 'b' },
      ],
      told,
    ),
  ).toEqual([
    'Accepted until 2027-01-01, each with its object under `accepted` in db/contract.yaml (what a code means: npx rolecall explain CODE):',
    '- 3 findings: 2 existence-oracle, 1 fail-open',
    '- 1 finding of service_role, which goes past every policy (BYPASSRLS): 1 fail-open',
    '- not proven, of 1 object: public.a',
  ]);
});

it('says nothing where nothing was accepted', () => {
  expect(acceptedLines([finding('fail-open', 'app', false)], [], told)).toEqual([]);
});
