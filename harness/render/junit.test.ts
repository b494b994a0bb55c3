import { expect, test } from 'vitest';

import { elements } from '../testing/xml-elements.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { junitXml } from './junit.ts';

const xml = junitXml(evidence);

test('the XML is well formed whatever the names and messages are', () => {
  expect(elements(xml)[0]).toBe('testsuites');
});

test('characters XML cannot hold are spelt out, line ends in attributes stay line ends', () => {
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/);
  expect(xml).toContain(']]&gt;\\u{1b}[31m &amp;amp;');
  expect(xml).toContain('&lt;/script&gt;&#10;&#10;# heading');
});

test('the suites of head and the contract are there, with numbers that add up', () => {
  const suites = [
    ...xml.matchAll(/<testsuite name="([^"]*)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
  ].map((match) => match.slice(1, 6).join(' '));
  expect(suites).toEqual([
    '01_identity 2 0 0 0',
    '02_tenants_denied 5 2 0 1',
    '03_definer 2 0 0 1',
    '04_stopped 2 0 1 0',
    'contract 5 5 0 0',
  ]);
  expect(xml).toContain('tests="16" failures="7" errors="1" skipped="2"');
});

test('a finding is a failed test with its remedy', () => {
  expect(xml).toContain(
    '<testcase name="fail-open public.llm_api_calls app_user" classname="contract" file="db/migrations/202601211200_p2 contract.sql">',
  );
  expect(xml).toContain('Severity: high\nRemedy:\nalter policy tenant_isolation_policy');
});

test('a run that proved nothing is never a green file', () => {
  expect(junitXml(proven)).toContain('tests="3" failures="0" errors="0" skipped="0"');
  const phases = { ...proven.phases, head: { ...proven.phases.head, suites: [] } };
  const nothing = junitXml({
    ...proven,
    phases,
    verdict: { ...proven.verdict, status: 'inconclusive', exit_code: 3, reasons: ['no suite ran'] },
  });
  expect(nothing).toContain('tests="1" failures="0" errors="1"');
  expect(nothing).toContain('<error message="no suite ran" type="inconclusive">');
});
