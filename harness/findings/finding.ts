import { by } from '../common/order.ts';
import { findingCodes } from './codes.ts';

/** An observation that contradicts the contract. */
export interface Finding {
  /** One of `judgedCodes`, or the name of a bypass check. */
  code: string;
  severity: 'high' | 'medium' | 'low';
  object: string;
  identity: string;
  /** The privilege or command it is about, where one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** What puts it right; SQL where SQL does. */
  remedy: string;
  /** What executing the remedy on head showed; absent where it is not SQL. */
  tried?: string;
  /** Lines of the contract that would declare it instead, where it is meant. */
  declare?: string;
  /** The assertion that failed, where that is the finding; its object names both. */
  assertion?: { suite: string; number: number };
  /** Set where the contract accepts it: it stays visible and does not count. */
  accepted?: { reason: string; until: string };
  /** Where in the project to look: the contract line, the migration or suite file. */
  location?: { file: string; line: number };
}

/** The heaviest is 0. */
export const severityRank: Readonly<Record<Finding['severity'], number>> = { high: 0, medium: 1, low: 2 };

/** What a finding is known by: code, object, identity and access. */
export function findingKey({
  code,
  object,
  identity,
  access = '',
}: Pick<Finding, 'code' | 'object' | 'identity' | 'access'>): string {
  return [code, object, identity, access].join('\t');
}

/** Findings with causes before symptoms, then by object and identity. Of several with one key the first is kept. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map<string, Finding>();
  for (const finding of findings) {
    const key = findingKey(finding);
    unique.set(key, unique.get(key) ?? finding);
  }
  const codes: readonly string[] = findingCodes;
  const symptoms = codes.indexOf('missing-role');
  // Bypass checks name causes: they stand before what is missing and what failed.
  const rank = ({ code }: Finding) =>
    String(codes.includes(code) ? codes.indexOf(code) * 2 : symptoms * 2 - 1).padStart(3, '0');
  return [...unique.values()].toSorted(by((finding) => `${rank(finding)}\t${findingKey(finding)}`));
}
