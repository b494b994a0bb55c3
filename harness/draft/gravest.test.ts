import { expect, test } from 'vitest';

import { gravest } from './acceptances.ts';
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
