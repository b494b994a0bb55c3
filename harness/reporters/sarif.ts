import { sha256 } from '../common/digest.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Finding, FindingCode } from '../verdict/finding.ts';

/** The findings as SARIF 2.1.0, for code scanning. */
export function sarif({ run, findings, verdict }: Evidence): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rolecall', version: run.tool_version, rules: codes.map(rule) } },
        automationDetails: { id: `rolecall/${run.contract}/` },
        invocations: [{ executionSuccessful: verdict.status !== 'inconclusive', exitCode: verdict.exit_code }],
        columnKind: 'utf16CodeUnits',
        results: findings.map(result),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const descriptions: Record<FindingCode, string> = {
  'assertion-failed': 'An assertion of a suite is not ok at head.',
  'changed-function': 'A function is not as the contract says: owner, SECURITY DEFINER or search_path.',
  'changed-policy': 'A row-level security policy is not as the contract says.',
  'changed-row-security': 'Row-level security is not switched on and forced as the contract says.',
  'control-unnoticed': 'A suite stays green against the damage it must notice.',
  'deficiency-open': 'A deficiency was not reproduced at baseline or is not closed at head.',
  'fail-open': 'A statement reached rows of another tenant.',
  'login-refused': 'A login identity cannot connect.',
  'missing-access': 'An identity lacks access that the contract declares.',
  'missing-attribute': 'A role lacks an attribute that the contract declares.',
  'missing-membership': 'A role is not a member of a role that the contract declares.',
  'missing-object': 'An object that the contract names does not exist.',
  'missing-role': 'A role that the contract names does not exist.',
  'observation-left-traces': 'The privilege state after the observation is not the state before it.',
  'undeclared-access': 'An identity has access that the contract does not declare.',
  'undeclared-attribute': 'A role has an attribute that the contract does not declare.',
  'undeclared-membership': 'A role is a member of a role that the contract does not declare.',
  'undeclared-owner': 'An object is owned by a role that the contract does not declare.',
  'undeclared-setting': 'A role or database has a setting that the contract does not declare.',
  'unexpected-closed': 'A statement that must reach its own rows does not.',
  'witnesses-disagree': 'Catalog, pgTAP and live attempt do not say the same.',
};

const codes = (Object.keys(descriptions) as FindingCode[]).sort();

const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = { high: 'error', medium: 'warning', low: 'note' };

function rule(code: FindingCode) {
  return { id: code, shortDescription: { text: descriptions[code] }, properties: { tags: ['security', 'postgresql'] } };
}

function result(finding: Finding) {
  const { code, severity, object, identity, message, remedy, location } = finding;
  const { file, line } = location ?? { file: 'db/contract.yaml', line: 1 };
  const fingerprint = fingerprintOf(finding);
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: levels[severity],
    message: { text: `${message}\n\nRemedy:\n${remedy}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') }, region: { startLine: line } },
        logicalLocations: [{ fullyQualifiedName: object, kind: 'object' }],
      },
    ],
    // GitHub reads only primaryLocationLineHash and would otherwise hash the line, which many findings share.
    partialFingerprints: { 'rolecallFinding/v1': fingerprint, primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1` },
    properties: { identity, object, severity, remedy },
  };
}

// A finding is known by what it is about, never by its wording.
function fingerprintOf({ code, object, identity }: Finding): string {
  return sha256(JSON.stringify([code, object, identity]));
}
