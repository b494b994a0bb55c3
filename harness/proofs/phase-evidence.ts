import type { Probe } from '../attempts/attempt.ts';
import type { PhaseName } from '../common/phase.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { RoleRow } from './closed-world/roles.ts';

/** One phase as the evidence keeps it. */
export interface PhaseEvidence {
  revision: string;
  database: string;
  /** sha256 of `privileges.<phase>.txt`. */
  fingerprint: string;
  suites: SuiteRun[];
  probes: Probe[];
  roles: RoleRow[];
}

/** What sections of the report read of both phases. */
export interface StoredPhases {
  phases: Record<PhaseName, PhaseEvidence>;
}
