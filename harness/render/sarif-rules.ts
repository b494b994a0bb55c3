import type { Finding } from '../findings/finding.ts';
import { byCodeUnit } from '../common/order.ts';
import { allCodes } from '../proofs/all-codes.ts';
import { markdownText } from './markdown.ts';

const known = new Map((await allCodes()).map((entry) => [entry.code, entry]));
const documents = 'https://github.com/rolecall/rolecall/blob/main/docs/findings.md';

/** The SARIF level of each severity. */
export const levels: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  high: 'error',
  medium: 'warning',
  low: 'note',
};

// GitHub calls 7.0 to 8.9 high, 4.0 to 6.9 medium, below that low.
const scores: Record<Finding['severity'], string> = { high: '8.0', medium: '5.5', low: '2.0' };
const gravest = ['high', 'medium', 'low'] as const;

/** The codes of findings, sorted. They are the rules of a log. */
export function ruleCodes(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ code }) => code))].toSorted(byCodeUnit);
}

/** The rule of a code of these findings, as grave as the gravest of them. */
export function sarifRule(code: string, findings: readonly Finding[]) {
  const entry = known.get(code);
  const found = new Set(findings.filter((finding) => finding.code === code).map(({ severity }) => severity));
  const severity = gravest.find((one) => found.has(one))!;
  const { title = code, why = code, remedy = '', source } = entry ?? {};
  const parts = [
    why,
    ...(remedy === '' ? [] : [`Remedy: ${remedy}`]),
    ...(source === undefined ? [] : [`Source: ${source}`]),
  ];
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: {
      text: parts.join('\n\n'),
      markdown: [
        markdownText(why),
        ...(remedy === '' ? [] : [`**Remedy.** ${markdownText(remedy)}`]),
        ...(source === undefined ? [] : [`Source: ${markdownText(source)}`]),
        `[${markdownText(code)}](${documents}#${encodeURIComponent(code)})`,
      ].join('\n\n'),
    },
    helpUri: `${documents}#${encodeURIComponent(code)}`,
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['security', 'postgresql', 'access-control'],
      // A bypass check reads catalogs. What is judged was declared, and read or tried.
      precision: entry?.severity === undefined ? 'very-high' : 'high',
      'security-severity': scores[severity],
    },
  };
}
