import { expect, test } from 'vitest';
import type { Evidence } from '../pack/evidence.ts';
import { evidence, proven } from './evidence.fixture.ts';
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
  ).toEqual([{ executionSuccessful: false, exitCode: 3 }]);
});
