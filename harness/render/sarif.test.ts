import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { findingCodes, judgedCodes } from '../findings/codes.ts';
import type { Finding } from '../findings/finding.ts';
import type { Evidence } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
import { junitFaults, sarifFaults } from '../testing/schemas.ts';
import { hostileMessage, hostileRole } from '../report/hostile.fixture.ts';
import { junitXml } from './junit.ts';
import { githubLimits, withinLimits } from './sarif-limits.ts';
import { sarif } from './sarif.ts';

interface Log {
  version: string;
  runs: {
    tool: { driver: { rules: { id: string; shortDescription: { text: string } }[] } };
    invocations: { executionSuccessful: boolean; exitCode: number }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[];
      partialFingerprints: Record<string, string>;
    }[];
  }[];
}

function runOf(data: Evidence): Log['runs'][number] {
  const log = JSON.parse(sarif(data)) as Log;
  expect(log.version).toBe('2.1.0');
  return log.runs[0]!;
}

const { results, tool } = runOf(evidence);

test('every result has a rule and the level of its severity', () => {
  expect(results.map(({ ruleId, level }) => `${ruleId} ${level}`)).toEqual([
    'missing-access note',
    'fail-open error',
    'undeclared-access error',
    'witnesses-disagree warning',
  ]);
  for (const { ruleId, ruleIndex } of results) {
    expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  }
});

test('a result points at the finding, or else at the contract', () => {
  expect(
    results.map(
      ({ locations }) =>
        `${locations[0]!.physicalLocation.artifactLocation.uri}:${locations[0]!.physicalLocation.region.startLine}`,
    ),
  ).toEqual([
    'db/contract.yaml:1',
    'db/migrations/202601211200_p2%20contract.sql:41',
    'db/contract.yaml:1',
    'db/contract.yaml:12',
  ]);
});

const prints = (data: Evidence) => runOf(data).results.map(({ partialFingerprints }) => partialFingerprints);

test('fingerprints depend on what a finding is known by, never on the wording or the place', () => {
  const reworded = evidence.findings.map((finding) => ({
    ...finding,
    message: 'other words',
    remedy: 'another',
    location: { file: 'x', line: 9 },
  }));
  expect(prints({ ...evidence, findings: reworded })).toEqual(prints(evidence));
  const moved = evidence.findings.map((finding) => ({ ...finding, identity: `${finding.identity}2` }));
  expect(
    new Set(
      [...prints({ ...evidence, findings: moved }), ...prints(evidence)].map((print) => print.primaryLocationLineHash),
    ).size,
  ).toBe(8);
});

test('findings that differ only in the access they are about are two', () => {
  const [finding] = evidence.findings;
  const both = prints({
    ...evidence,
    findings: [
      { ...finding!, access: 'SELECT' },
      { ...finding!, access: 'INSERT' },
    ],
  });
  expect(new Set(both.flatMap((print) => Object.values(print))).size).toBe(4);
});

test('no finding is an empty list, and only an inconclusive run was not successful', () => {
  expect(runOf(proven)).toMatchObject({ results: [], invocations: [{ executionSuccessful: true, exitCode: 0 }] });
  expect(
    runOf({ ...proven, verdict: { ...proven.verdict, status: 'inconclusive', exit_code: 3, reasons: [] } }).invocations,
  ).toMatchObject([{ executionSuccessful: false, exitCode: 3 }]);
});

const arbitraryFinding = fc.record<Finding>(
  {
    code: fc.oneof(fc.constantFrom(...findingCodes), fc.string()),
    severity: fc.constantFrom('high', 'medium', 'low'),
    object: fc.string({ unit: 'binary' }),
    identity: fc.constantFrom(hostileRole, 'app', ''),
    access: fc.constantFrom('SELECT', 'INSERT'),
    message: fc.oneof(fc.string({ unit: 'binary' }), fc.constant(hostileMessage)),
    remedy: fc.string({ unit: 'grapheme' }),
    tried: fc.string(),
    declare: fc.string(),
    accepted: fc.record({ reason: fc.string(), until: fc.constant('2027-01-01') }),
    location: fc.record({
      file: fc.constantFrom(
        'db/contract.yaml',
        'db/migrations/2 ü#?.sql',
        '../other/c.yaml',
        '/tmp/c.yaml',
        'C:/c.yaml',
      ),
      line: fc.nat().map((n) => n + 1),
    }),
  },
  { requiredKeys: ['code', 'severity', 'object', 'identity', 'message', 'remedy'] },
);

test('SARIF and JUnit of any findings are as their schemas say', async () => {
  expect(sarifFaults(JSON.stringify({ version: '2.1.0', runs: [{ results: [] }] }))).not.toEqual([]);
  expect(await junitFaults('<testsuites><testcase/></testsuites>')).not.toEqual([]);
  const texts: string[] = [junitXml(evidence), junitXml(proven)];
  expect([...sarifFaults(sarif(evidence)), ...sarifFaults(sarif(proven))]).toEqual([]);
  fc.assert(
    fc.property(fc.array(arbitraryFinding, { maxLength: 12 }), fc.boolean(), (findings, known) => {
      const { run } = evidence;
      const of = {
        ...evidence,
        run: known ? { ...run, git_repository: 'https://example.org/a' } : run,
        findings,
      };
      expect(sarifFaults(sarif(of))).toEqual([]);
      texts.push(junitXml(of));
    }),
    { numRuns: 20 },
  );
  for (const text of texts) {
    expect(await junitFaults(text)).toEqual([]);
  }
}, 120_000);

test('a rule says what it is about, how grave, and where more stands', () => {
  const rules = (JSON.parse(sarif(evidence)) as { runs: { tool: { driver: { rules: Rule[] } } }[] }).runs[0]!.tool
    .driver.rules;
  expect(rules.find(({ id }) => id === 'fail-open')).toMatchObject({
    fullDescription: { text: judgedCodes['fail-open'].why },
    help: { markdown: expect.stringContaining('**Remedy.** Compare the tenant column') as string },
    helpUri: 'https://github.com/rolecall/rolecall/blob/main/docs/findings.md#fail-open',
    defaultConfiguration: { level: 'error' },
    properties: { precision: 'very-high', 'security-severity': '8.0' },
  });
  for (const { id, properties } of rules) {
    expect(properties.tags.length).toBeLessThanOrEqual(githubLimits.tags);
    expect(id.length).toBeLessThan(256);
  }
  // A code without a finding has no rule.
  expect(rules.find(({ id }) => id === 'admin-option-held')).toBeUndefined();
});

interface Rule {
  id: string;
  properties: { tags: string[] };
}

test('what is accepted is suppressed with its reason, and a place outside is not a place in the repository', () => {
  const [finding] = evidence.findings;
  const text = sarif({
    ...evidence,
    findings: [
      { ...finding!, accepted: { reason: 'known', until: '2027-01-01' }, location: { file: '../c.yaml', line: 3 } },
    ],
  });
  expect((JSON.parse(text) as { runs: { results: object[] }[] }).runs[0]!.results[0]).toMatchObject({
    suppressions: [{ kind: 'external', status: 'accepted', justification: 'known (until 2027-01-01)' }],
    locations: [{ physicalLocation: { artifactLocation: { uri: '../c.yaml' } } }],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'db/contract.yaml', uriBaseId: '%SRCROOT%' } } }],
  });
});

const many = (count: number, of: Partial<Finding> = {}): Finding[] =>
  Array.from({ length: count }, (_, n) => ({
    ...evidence.findings[0]!,
    severity: 'low',
    object: `public.t${n}`,
    ...of,
  }));

test('of 30,000 findings GitHub gets the gravest that fit, and is told how many it does not get', () => {
  const grave = { ...evidence.findings[1]!, object: 'public.grave' };
  const text = sarif({ ...evidence, findings: [...many(30_000), grave] });
  expect(sarifFaults(text)).toEqual([]);
  expect(gzipSync(text).length).toBeLessThan(githubLimits.bytes);
  expect(Buffer.byteLength(text)).toBeLessThan(githubLimits.bytes);
  const [run] = (
    JSON.parse(text) as {
      runs: {
        results: { ruleId: string; locations: object[] }[];
        properties: { findings: number; leftOut: number };
        invocations: { toolExecutionNotifications: { message: { text: string } }[] }[];
      }[];
    }
  ).runs;
  const { results: kept, properties, invocations } = run!;
  expect(kept.at(-1)!.ruleId).toBe('fail-open');
  expect(properties).toMatchObject({ findings: 30_001, leftOut: 30_001 - kept.length });
  expect(invocations[0]!.toolExecutionNotifications.map(({ message }) => message.text).join('\n')).toContain(
    `${properties.leftOut} findings of 30001 left out`,
  );
});

test('no more results than GitHub takes, those that are not accepted before those that are', () => {
  const accepted = many(10, { severity: 'high', accepted: { reason: 'r', until: 'u' }, identity: 'accepted' });
  const {
    results: kept,
    leftOut,
    said,
  } = withinLimits([...accepted, ...many(25_000)], ({ identity }) => identity, 1e9);
  expect([kept.length, leftOut, kept.includes('accepted')]).toEqual([25_000, 10, false]);
  expect(said).toHaveLength(2);
  expect(withinLimits(accepted, () => 1)).toMatchObject({ leftOut: 0, said: [] });
});
