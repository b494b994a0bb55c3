import { counted } from '../common/text.ts';
import { severityRank, type Finding } from '../findings/finding.ts';

/** What GitHub accepts of one run: https://docs.github.com/code-security, “SARIF support for code scanning”. */
export const githubLimits = { results: 25_000, shown: 5_000, bytes: 10_000_000, tags: 20, locations: 1_000 };

// GitHub counts gzipped bytes. How well a file compresses is not known beforehand, so these are uncompressed.
const room = 9_000_000;

/** The gravest findings that code scanning has room for, in their own order, and a text about the others. */
export function withinLimits<Result>(
  findings: readonly Finding[],
  resultOf: (finding: Finding) => Result,
  bytes = room,
): { results: Result[]; leftOut: number; said: string[] } {
  // Findings that count come first, because they decide the verdict.
  const ranked = findings
    .map((finding, at) => ({
      at,
      finding,
      rank: (finding.accepted === undefined ? 0 : 3) + severityRank[finding.severity],
    }))
    .toSorted((one, other) => one.rank - other.rank || one.at - other.at);
  const kept: { at: number; result: Result }[] = [];
  let used = 0;
  for (const { at, finding } of ranked.slice(0, githubLimits.results)) {
    const result = resultOf(finding);
    used += sizeOf(result);
    if (used > bytes) {
      break;
    }
    kept.push({ at, result });
  }
  const leftOut = findings.length - kept.length;
  const unseen = kept.length - githubLimits.shown;
  return {
    results: kept.toSorted((one, other) => one.at - other.at).map(({ result }) => result),
    leftOut,
    said: [
      ...(leftOut === 0
        ? []
        : [
            `${counted(leftOut, 'finding')} of ${findings.length} left out, the least grave: GitHub takes ${githubLimits.results} results and ${githubLimits.bytes / 1_000_000} MB of a run. All are in evidence.json and report.html of the pack.`,
          ]),
      ...(unseen <= 0
        ? []
        : [`${counted(unseen, 'result')} will not be shown: GitHub shows the ${githubLimits.shown} gravest of a run.`]),
    ],
  };
}

// Its size in the log: indented by eight, with a comma.
function sizeOf(result: unknown): number {
  const text = JSON.stringify(result, null, 2);
  return Buffer.byteLength(text) + 8 * text.split('\n').length + 2;
}
