import { exitCode } from '../common/errors.ts';
import type { Finding } from './finding.ts';

export interface Verdict {
  status: 'pass' | 'fail' | 'inconclusive';
  exit_code: number;
  reasons: string[];
}

/** What a verdict rests on: findings, and what could not be shown, a reason each. */
export interface VerdictBasis {
  findings: readonly Finding[];
  unproven: readonly string[];
}

/**
 * `fail` when there is a finding, a fact even beside something unproven; `inconclusive` when something cannot prove what it
 * claims; else `pass`.
 */
export function decide({ findings, unproven }: VerdictBasis): Verdict {
  const broken = [...new Set(findings.filter(({ accepted }) => accepted === undefined).map(reasonOf))];
  if (broken.length > 0) {
    return { status: 'fail', exit_code: exitCode.broken, reasons: [...broken, ...unproven] };
  }
  return unproven.length > 0
    ? { status: 'inconclusive', exit_code: exitCode.inconclusive, reasons: [...unproven] }
    : { status: 'pass', exit_code: exitCode.holds, reasons: [] };
}

/** A finding as a reason of the verdict. */
export function reasonOf({ code, identity, object, access = '' }: Finding): string {
  return `${code}: ${[identity, access, object].filter((word) => word !== '').join(' ')}`;
}
