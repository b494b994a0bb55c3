import { by } from '../../common/order.ts';
import { isServerAccess, type Server } from '../../findings/server.ts';
import type { Severity } from './read-checks.ts';

/** A bypass of the contract: a finding whose code is the name of a check. */
export interface BypassFinding {
  code: string;
  severity: Severity;
  object: string;
  /** The role that can use the bypass, PUBLIC, or empty for nobody in particular. */
  identity: string;
  /** The privilege, policy, key or the like, if one object and identity can have several findings of a code. */
  access?: string;
  message: string;
  /** The SQL that mends exactly this case. */
  remedy: string;
}

/** A finding for each row of a check, sorted by code, object, identity and access. */
export function judgeBypasses(rows: readonly Record<string, unknown>[]): BypassFinding[] {
  return rows
    .map(toFinding)
    .toSorted(by(({ code, object, identity, access = '' }) => [code, object, identity, access].join('\t')));
}

function toFinding(row: Record<string, unknown>): BypassFinding {
  const { access, ...finding } = row as unknown as BypassFinding;
  return access === '' || access === undefined ? finding : { ...finding, access };
}

/** Codes whose identity is the owner, not a holder. */
const ofOwners = new Set(['definer-owned-by-superuser', 'rls-not-forced']);

/**
 * The bypasses without those that the provider of a server keeps for itself: what its own roles hold, and what is open in its
 * schemas to them or to nobody in particular.
 */
export function withoutServers(findings: readonly BypassFinding[], server: Server | undefined): BypassFinding[] {
  if (server === undefined) {
    return [...findings];
  }
  return findings.filter(({ code, object, identity }) => {
    const isOwner = ofOwners.has(code);
    const kind = object.includes('(') ? 'function' : 'table';
    const holders = identity === '' || isOwner ? [] : [identity];
    return !(server.roles.has(identity) && !isOwner) && !isServerAccess(server, { kind, object }, holders);
  });
}
