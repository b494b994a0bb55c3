import { by } from '../common/order.ts';
import { readChecks } from './bypass/read-checks.ts';
import { judgedCodes, type CodeEntry } from '../findings/codes.ts';

/** A code a finding can have. */
export interface ExplainedCode extends CodeEntry {
  code: string;
  /** Undefined if the judgement decides it. */
  severity?: string;
  source?: string;
}

/** All codes, of proofs and of bypass checks, sorted. */
export async function allCodes(): Promise<ExplainedCode[]> {
  const judged = Object.entries(judgedCodes).map(([code, entry]) => ({ code, ...entry }));
  const bypass = (await readChecks()).map(({ code, severity, title, why, remedy, source }) => ({
    code,
    severity,
    title,
    why,
    remedy,
    ...(source === undefined ? {} : { source }),
  }));
  return [...judged, ...bypass].toSorted(by(({ code }) => code));
}
