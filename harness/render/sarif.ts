import { sha256 } from '../common/digest.ts';
import type { Evidence } from '../pack/evidence.ts';
import { findingKey, type Finding } from '../findings/finding.ts';
import { reasonOf } from '../findings/verdict.ts';
import { whereMeant, whereMeantText } from '../findings/where-meant.ts';
import { markdownFence, markdownText } from './markdown.ts';
import { withinLimits } from './sarif-limits.ts';
import { levels, ruleCodes, sarifRule } from './sarif-rules.ts';

const root = '%SRCROOT%';

/** The findings as SARIF 2.1.0, for code scanning: no more than GitHub accepts, and a text about the others. */
export function sarif({ run, findings, verdict }: Evidence): string {
  const codes = ruleCodes(findings);
  const places = new Map(codes.map((code, at) => [code, at]));
  const { results, leftOut, said } = withinLimits(findings, (finding) =>
    result(finding, places.get(finding.code)!, run.contract_file),
  );
  const known = new Set(findings.map(reasonOf));
  const unproven = verdict.reasons.filter((reason) => !known.has(reason));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'rolecall',
            semanticVersion: run.tool_version,
            version: run.tool_version,
            informationUri: 'https://github.com/rolecall/rolecall',
            rules: codes.map((code) => sarifRule(code, findings)),
          },
        },
        automationDetails: { id: `rolecall/${run.contract}/` },
        ...provenance(run),
        originalUriBaseIds: {
          [root]: { description: { text: 'Where the run was started: the root of the repository.' } },
        },
        invocations: [
          {
            executionSuccessful: verdict.status !== 'inconclusive',
            exitCode: verdict.exit_code,
            exitCodeDescription: verdict.status,
            startTimeUtc: run.started_at,
            toolExecutionNotifications: [
              ...unproven.map((text) => ({ level: 'warning', message: { text: text === '' ? verdict.status : text } })),
              ...said.map((text) => ({ level: 'note', message: { text } })),
            ],
          },
        ],
        columnKind: 'utf16CodeUnits',
        results,
        properties: { pack: run.id, findings: findings.length, leftOut },
      },
    ],
  };
  return `${JSON.stringify(log)}\n`;
}

/** SARIF has no commit without a repository. */
function provenance({ git_commit: revisionId, git_repository: repositoryUri }: Evidence['run']) {
  return revisionId === null || repositoryUri === undefined
    ? {}
    : { versionControlProvenance: [{ repositoryUri, revisionId, mappedTo: { uriBaseId: root } }] };
}

function result(finding: Finding, ruleIndex: number, contractFile: string) {
  const { code, severity, object, identity, access, message, remedy, tried, accepted, location } = finding;
  // The subject of a finding identifies it, not its wording.
  const fingerprint = sha256(findingKey(finding));
  const named = location ?? { file: contractFile, line: 1 };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: {
      text: `${message}\n\nRemedy:\n${remedy}${tried === undefined ? '' : `\n\nTried: ${tried}`}${whereMeantText(finding)}`,
      markdown: [
        markdownText(message),
        ...(remedy === '' ? [] : [`**Remedy**\n\n${markdownFence('sql', remedy)}`]),
        ...(tried === undefined ? [] : [`**Tried.** ${markdownText(tried)}`]),
        ...whereMeant(finding).map(({ words, lines }) => `${markdownText(words)}\n\n${markdownFence('yaml', lines)}`),
      ].join('\n\n'),
    },
    locations: [{ physicalLocation: place(named), logicalLocations: [{ fullyQualifiedName: object, kind: 'object' }] }],
    // A finding in another file exists because the contract does not declare it. The contract is where it could be declared.
    ...(named.file === contractFile
      ? {}
      : {
          relatedLocations: [
            {
              id: 1,
              physicalLocation: place({ file: contractFile, line: 1 }),
              message: { text: 'The contract that this contradicts.' },
            },
          ],
        }),
    // GitHub reads only primaryLocationLineHash. Otherwise it would hash the line, which many findings share.
    partialFingerprints: {
      'rolecallFinding/v1': fingerprint,
      primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`,
    },
    ...(accepted === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${accepted.reason} (until ${accepted.until})`,
            },
          ],
        }),
    properties: { identity, object, severity, remedy, ...(access === undefined ? {} : { access }) },
  };
}

function place({ file, line }: { file: string; line: number }) {
  const isOutside = file.startsWith('../') || file.startsWith('/') || /^[A-Za-z]:/.test(file);
  const uri = file.split('/').map(encodeURIComponent).join('/');
  return {
    artifactLocation: isOutside ? { uri } : { uri, uriBaseId: root },
    region: { startLine: line, startColumn: 1 },
  };
}
