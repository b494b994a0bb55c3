import { by } from '../common/order.ts';

/** Stable names of what can be wrong; a finding is known by (code, object, identity), never by its message. */
export type FindingCode =
  | 'assertion-failed'
  | 'changed-function'
  | 'changed-policy'
  | 'changed-row-security'
  | 'control-unnoticed'
  | 'deficiency-open'
  | 'fail-open'
  | 'login-refused'
  | 'missing-access'
  | 'missing-attribute'
  | 'missing-membership'
  | 'missing-object'
  | 'missing-role'
  | 'observation-left-traces'
  | 'undeclared-access'
  | 'undeclared-attribute'
  | 'undeclared-membership'
  | 'undeclared-owner'
  | 'undeclared-setting'
  | 'unexpected-closed'
  | 'witnesses-disagree';

/** An observation that contradicts the contract. */
export interface Finding {
  code: FindingCode;
  severity: 'high' | 'medium' | 'low';
  object: string;
  identity: string;
  message: string;
  /** What puts it right; SQL where SQL does. */
  remedy: string;
  /** Where in the project to look: the contract line, the migration or suite file. */
  location?: { file: string; line: number };
}

/** Findings by severity, code, object and identity; one that is there twice is kept once. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const order = { high: '0', medium: '1', low: '2' };
  const key = ({ severity, code, object, identity, message }: Finding) => [order[severity], code, object, identity, message].join('\t');
  return [...new Map(findings.map((finding) => [key(finding), finding])).values()].toSorted(by(key));
}
