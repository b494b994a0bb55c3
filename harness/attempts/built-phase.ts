import type { PhaseName } from '../common/phase.ts';
import type { Target } from '../postgres/target.ts';

/** A database at the revision of its phase, provisioned and seeded. */
export interface BuiltPhase {
  phase: PhaseName;
  revision: string;
  superuser: Target;
  /** How each login identity connects; undefined if its role is absent. */
  logins: ReadonlyMap<string, Target | undefined>;
}
