import { counted } from '../common/text.ts';
import { severityRank, type Finding } from '../findings/finding.ts';

/** What GitHub takes of one run; https://docs.github.com/code-security, “SARIF support for code scanning”. */
export const githubLimits = { results: 25_000, shown: 5_000, bytes: 10_000_000, tags: 20, locations: 1_000 };

// It counts gzipped bytes. How well a file packs no one knows beforehand, and another zlib packs otherwise: these are unpacked.
const room = 9_000_000;

/** The gravest of the findings that code scanning has room for, in their own order, and what is said of the others. */
export function withinLimits<Result>(
  findings: readonly Finding[],
  resultOf: (finding: Finding) => Result,
  bytes = room,
): { results: Result[]; leftOut: number; said: string[] } {
  // Those that count come first, for they decide the verdict.
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

// As it stands in the log: indented by eight, with a comma.
function sizeOf(result: unknown): number {
  const text = JSON.stringify(result, null, 2);
  return Buffer.byteLength(text) + 8 * text.split('\n').length + 2;
}
