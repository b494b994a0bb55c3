import type { RoleName } from '../common/sql.ts';
import type { Fact } from './fact.ts';

/** A fact that somebody may do something now: not a membership, and not a default for future objects. */
export interface Grant extends Fact {
  detail: { grantor: RoleName; grantable: boolean };
}

/** Whether a fact is a grant on an object. */
export function isGrant(fact: Fact): fact is Grant {
  return typeof fact.detail.grantable === 'boolean' && fact.kind !== 'default-privileges';
}
