import { sha256 } from '../common/digest.ts';
import type { Evidence } from '../pack/evidence.ts';
import { byCodeUnit } from '../common/order.ts';
import { findingCodes, titleOf } from '../findings/codes.ts';
import { findingKey, type Finding } from '../findings/finding.ts';

/** The findings as SARIF 2.1.0, for code scanning. */
export function sarif({ run, findings, verdict }: Evidence): string {
  const codes = [...new Set([...findingCodes, ...findings.map(({ code }) => code)])].toSorted(byCodeUnit);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rolecall', version: run.tool_version, rules: codes.map(rule) } },
        automationDetails: { id: `rolecall/${run.contract}/` },
        invocations: [{ executionSuccessful: verdict.status !== 'inconclusive', exitCode: verdict.exit_code }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, codes.indexOf(finding.code), run.contract_file)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
};

function rule(code: string) {
  return { id: code, shortDescription: { text: titleOf(code) }, properties: { tags: ['security', 'postgresql'] } };
}

function result(finding: Finding, ruleIndex: number, contractFile: string) {
  const { code, severity, object, identity, message, remedy, tried, location } = finding;
  const { file, line } = location ?? { file: contractFile, line: 1 };
  // A finding is known by what it is about, never by its wording.
  const fingerprint = sha256(findingKey(finding));
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: `${message}\n\nRemedy:\n${remedy}${tried === undefined ? '' : `\n\nTried: ${tried}`}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line },
        },
        logicalLocations: [{ fullyQualifiedName: object, kind: 'object' }],
      },
    ],
    // GitHub reads only primaryLocationLineHash and would otherwise hash the line, which many findings share.
    partialFingerprints: {
      'rolecallFinding/v1': fingerprint,
      primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`,
    },
    properties: { identity, object, severity, remedy },
  };
}
