import { Parser, type Result } from 'tap-parser';
import { expect, it } from 'vitest';

import { hostileMessage, hostileRole } from '../../report/hostile.fixture.ts';
import { junitFaults } from '../../testing/schemas.ts';
import { elements } from '../../testing/xml-elements.ts';
import { readTap } from '../read-tap.ts';
import type { ScriptFault, TestResult } from '../test-result.ts';
import { githubText, jsonText, junitText, tapText } from './reporters.ts';

const result = (name: string, tap: string, exit = 0, fault?: ScriptFault): TestResult => ({
  name,
  tap,
  reading: readTap(tap),
  exit,
  fault,
  said: '',
  milliseconds: 5,
  hopsRoles: false,
  included: [],
});
const results = [
  result('tests/green.pg', '1..2\nok 1 - one\nok 2 - two # SKIP no dblink\n'),
  result(
    'tests/red.pg',
    `1..3\nok 1 - ${hostileRole}\nnot ok 2 - two\n# ${hostileMessage.replaceAll('\n', '\n# ')}\nnot ok 3 # TODO later\n`,
  ),
  result('a, b: c #1.pg', '1..2\nok 1\n', 3, {
    file: 'inc/part.sql',
    line: 7,
    headline: 'inc/part.sql:7: no',
    report: hostileMessage,
  }),
  result('tests/skipped.pg', '1..0 # SKIP no dblink\n'),
  result('tests/bails.pg', '1..2\nok 1\nBail out! no use\n'),
];

it('JUnit XML is as its schema says, and its numbers add up', async () => {
  const xml = junitText(results, 1234);
  expect(await junitFaults(xml)).toEqual([]);
  expect(elements(xml).filter((name) => name === 'testsuite')).toHaveLength(results.length);
  const counted = [
    ...xml.matchAll(/<testsuites? name="([^"]*)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
  ].map((match) => match.slice(1, 6).join(' '));
  expect(counted).toEqual([
    'rolecall test 10 1 2 3',
    'tests/green.pg 2 0 0 1',
    'tests/red.pg 3 1 0 1',
    'a, b: c #1.pg 2 0 1 0',
    'tests/skipped.pg 1 0 0 1',
    'tests/bails.pg 2 0 1 0',
  ]);
  expect(elements(xml).filter((name) => name === 'testcase')).toHaveLength(10);
  expect(xml).toContain('time="1.234"');
});

it('TAP is read by who reads TAP 14, a file as one test', () => {
  const parser = new Parser({ strict: false });
  const files: [name: string, ok: boolean, skip: unknown][] = [];
  parser.on('assert', ({ name, ok, skip }: Result) => files.push([name, ok, skip]));
  const bailedOut: string[] = [];
  parser.on('bailout', (reason: string) => bailedOut.push(reason));
  parser.end(tapText(results));
  expect(parser.planEnd).toBe(results.length);
  expect(files).toEqual([
    ['tests/green.pg', true, false],
    ['tests/red.pg', false, false],
    ['a, b: c #1.pg', false, false],
    ['tests/skipped.pg', true, 'it shows nothing: its plan is 0: no dblink'],
  ]);
  expect(bailedOut).toEqual(['no use']);
});

it('annotations of GitHub are one line each, at the place of what failed', () => {
  const lines = githubText(results, process.cwd()).trimEnd().split('\n');
  expect(lines.map((line) => /^::(\w+) file=([^,]*),line=(\d+),title=([^:]*)::/.exec(line)?.slice(1))).toEqual([
    ['error', 'tests/red.pg', '1', 'pgTAP tests/red.pg'],
    ['error', 'inc/part.sql', '7', 'pgTAP a%2C b%3A c #1.pg'],
    ['warning', 'tests/skipped.pg', '1', 'pgTAP tests/skipped.pg'],
    ['error', 'tests/bails.pg', '1', 'pgTAP tests/bails.pg'],
  ]);
  expect(lines[1]).toContain('<script>alert(1)</script>%0A%0A# heading');
});

it('JSON holds what the others say', () => {
  expect(JSON.parse(jsonText(results, 1))).toMatchObject({
    exit: 1,
    files: [
      { file: 'tests/green.pg', passed: true, vacuous: null, tests: [{ passed: true }, { directive: 'skip' }] },
      {
        passed: false,
        tests: [{ description: `- ${hostileRole}` }, { ok: false }, { directive: 'todo', passed: true }],
      },
      { passed: false, exit: 3, planned: 2, error: { file: 'inc/part.sql', line: 7 } },
      { passed: true, planned: 0, skip_all: 'no dblink', vacuous: 'its plan is 0: no dblink' },
      { passed: false, bailout: 'no use' },
    ],
  });
});
