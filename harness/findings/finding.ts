import { by } from '../common/order.ts';
import { findingCodes } from './codes.ts';

/** An observation that contradicts the contract. */
export interface Finding {
  /** One of `judgedCodes`, or the name of a bypass check. */
  code: string;
  severity: 'high' | 'medium' | 'low';
  object: string;
  identity: string;
  /** The privilege or command, if one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** How to put it right: SQL if possible. */
  remedy: string;
  /** The result of executing the remedy on head; absent if the remedy is not SQL. */
  tried?: string;
  /** Lines to remove from the contract with the remedy: nothing else asks for what it takes away. */
  retract_with_remedy?: string;
  /** Lines to write in the contract, if it is intended: a single value is replaced, a list gets more items. */
  declare?: string;
  /** Lines to remove from the contract, if it is intended. */
  retract?: string;
  /** The code of the catalog's finding on the same key, which this one includes. */
  carries?: string;
  /** The failed assertion, if that is the finding. Its object names both. */
  assertion?: { suite: string; number: number };
  /** Set if the contract accepts it: it stays visible and does not count. */
  accepted?: { reason: string; until: string };
  /** Where to look in the project: the line of the contract, the migration or suite file. */
  location?: { file: string; line: number };
}

/** The most severe is 0. */
export const severityRank: Readonly<Record<Finding['severity'], number>> = { high: 0, medium: 1, low: 2 };

/** The identity of a finding: code, object, identity and access. */
export function findingKey({
  code,
  object,
  identity,
  access = '',
}: Pick<Finding, 'code' | 'object' | 'identity' | 'access'>): string {
  return [code, object, identity, access].join('\t');
}

/** Findings with causes before symptoms, then by object and identity. Of several with the same key the first is kept. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map<string, Finding>();
  for (const finding of findings) {
    const key = findingKey(finding);
    unique.set(key, unique.get(key) ?? finding);
  }
  const codes: readonly string[] = findingCodes;
  const symptoms = codes.indexOf('missing-role');
  // Bypass checks are causes: they come before missing access and failures.
  const rank = ({ code }: Finding) =>
    String(codes.includes(code) ? codes.indexOf(code) * 2 : symptoms * 2 - 1).padStart(3, '0');
  return [...unique.values()].toSorted(by((finding) => `${rank(finding)}\t${findingKey(finding)}`));
}
