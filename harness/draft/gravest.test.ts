import { expect, test } from 'vitest';

import { draftAcceptances, gravest } from './acceptances.ts';
import type { Finding } from '../findings/finding.ts';

const finding = (code: Finding['code'], object: string, identity: string, severity: Finding['severity']): Finding => ({
  code,
  object,
  identity,
  severity,
  message: `${identity} on ${object}; 25 attempts in all: SELECT in never-set`,
  remedy: '',
});

test('one role that reads every table does not push everything else off the list', () => {
  const findings = [
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((table) => finding('fail-open', table, 'support', 'high')),
    finding('fail-open', 'g', 'app', 'high'),
    finding('definer-without-search-path', 'pay()', '', 'medium'),
  ];
  expect(gravest(findings)).toEqual([
    'fail-open: app on g; 25 attempts in all: SELECT in never-set',
    'fail-open: support on a; 25 attempts in all: SELECT in never-set (and the same of 5 other objects: b, c, d, e, f)',
    'definer-without-search-path:  on pay(); 25 attempts in all: SELECT in never-set',
  ]);
});

const past = new Set(['service_role']);

test('of a role that goes past every policy only what is found of nobody else is told', () => {
  const findings = [
    finding('privilege-past-policies', 'a', 'service_role', 'high'),
    finding('privilege-past-policies', 'a', 'anon', 'high'),
    finding('sequence-update-granted', 's', 'service_role', 'low'),
  ];
  expect(gravest(findings, past).map((line) => line.split(';')[0])).toEqual([
    'privilege-past-policies: anon on a',
    'sequence-update-granted: service_role on s',
  ]);
});

test('that no policy holds such a role is accepted once, and everything else of it one by one', () => {
  const findings = [
    finding('privilege-past-policies', 'a', 'service_role', 'high'),
    finding('privilege-past-policies', 'b', 'service_role', 'high'),
    finding('privilege-past-policies', 'b', 'anon', 'high'),
    finding('undeclared-access', 'a', 'service_role', 'high'),
  ];
  const day = { today: '2026-01-01', until: '2026-04-01', past };
  expect(
    draftAcceptances(findings, [], day).map(({ code, object, identity }) => `${identity} ${code} ${object}`),
  ).toEqual(
    expect.arrayContaining([
      'service_role privilege-past-policies *',
      'anon privilege-past-policies b',
      'service_role undeclared-access a',
    ]),
  );
  expect(draftAcceptances(findings, [], day)).toHaveLength(3);
});
