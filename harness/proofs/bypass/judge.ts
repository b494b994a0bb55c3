import { by } from '../../common/order.ts';
import type { Severity } from './read-checks.ts';

/** A way around the contract: a finding whose code is the name of a check. */
export interface BypassFinding {
  code: string;
  severity: Severity;
  object: string;
  /** The role that has the way, PUBLIC, or nobody in particular. */
  identity: string;
  /** Privilege, policy, key or the like, where one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** The SQL that puts this very case right. */
  remedy: string;
}

/** A finding for each row that a check gave, sorted by code, object, identity and access. */
export function judgeBypasses(rows: readonly Record<string, unknown>[]): BypassFinding[] {
  return rows
    .map(toFinding)
    .toSorted(by(({ code, object, identity, access = '' }) => [code, object, identity, access].join('\t')));
}

function toFinding(row: Record<string, unknown>): BypassFinding {
  const { access, ...finding } = row as unknown as BypassFinding;
  return access === '' || access === undefined ? finding : { ...finding, access };
}
