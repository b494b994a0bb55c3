import { by } from '../common/order.ts';

/** Stable names of what can be wrong, causes before their symptoms, each with what it says. */
export const findingTitles = {
  'undeclared-access': 'An identity has access that the contract does not declare.',
  'undeclared-owner': 'An object is owned by a role that the contract does not declare.',
  'undeclared-attribute': 'A role has an attribute that the contract does not declare.',
  'undeclared-membership': 'A role is a member of a role that the contract does not declare.',
  'future-object-exposed': 'An object that a migrator makes tomorrow would be reachable by default privileges.',
  'undeclared-setting': 'A role or database has a setting that the contract does not declare.',
  'changed-row-security': 'Row-level security is not switched on and forced as the contract says.',
  'changed-policy': 'A row-level security policy is not as the contract says.',
  'changed-function': 'A function is not as the contract says: owner, SECURITY DEFINER or search_path.',
  'fail-open': 'A statement reached rows of another tenant.',
  'path-diverges': 'Another way to build the same revision ends in another privilege state.',
  'witnesses-disagree': 'Catalog, pgTAP and live attempt do not say the same.',
  'observation-left-traces': 'The privilege state after the observation is not the state before it.',
  'missing-role': 'A role that the contract names does not exist.',
  'missing-object': 'An object that the contract names does not exist.',
  'missing-access': 'An identity lacks access that the contract declares.',
  'missing-attribute': 'A role lacks an attribute that the contract declares.',
  'missing-membership': 'A role is not a member of a role that the contract declares.',
  'unexpected-closed': 'A statement that must reach its own rows does not.',
  'deficiency-open': 'A deficiency was not reproduced at baseline or is not closed at head.',
  'assertion-failed': 'An assertion of a suite is not ok at head.',
  'control-unnoticed': 'A suite stays green against the damage it must notice.',
} as const;

export type FindingCode = keyof typeof findingTitles;

/** What a code says, in a sentence; for a bypass check its name in words. */
export function titleOf(code: string): string {
  return (findingTitles as Record<string, string>)[code] ?? `${code.replaceAll('-', ' ')}.`;
}

export const findingCodes = Object.keys(findingTitles) as FindingCode[];

/** An observation that contradicts the contract. */
export interface Finding {
  /** One of `findingTitles`, or the name of a bypass check. */
  code: string;
  severity: 'high' | 'medium' | 'low';
  object: string;
  identity: string;
  /** The privilege or command it is about, where one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** What puts it right; SQL where SQL does. */
  remedy: string;
  /** Set where the contract accepts it: it stays visible and does not count. */
  accepted?: { reason: string; until: string };
  /** Where in the project to look: the contract line, the migration or suite file. */
  location?: { file: string; line: number };
}

/** What a finding is known by: code, object, identity and access. */
export function findingKey({ code, object, identity, access = '' }: Finding): string {
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
  const rank = ({ code }: Finding) => String(codes.includes(code) ? codes.indexOf(code) * 2 : symptoms * 2 - 1).padStart(3, '0');
  return [...unique.values()].toSorted(by((finding) => `${rank(finding)}\t${findingKey(finding)}`));
}
