import { by } from '../../common/order.ts';
import { isServerAccess, type Server } from '../../findings/server.ts';
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

/** Codes of which the identity is an owner and no holder. */
const ofOwners = new Set(['definer-owned-by-superuser', 'rls-not-forced']);

/**
 * The ways around the contract without those that the provider of a server keeps for itself: what its own roles hold, and what
 * is so in its schemas for them or for nobody in particular.
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
