import type { Probe } from '../attempts/attempt.ts';
import type { PhaseName } from '../common/phase.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { RoleRow } from './closed-world/roles.ts';

/** One phase as the evidence keeps it. */
export interface PhaseEvidence {
  revision: string;
  database: string;
  /** sha256 of `privileges.<phase>.txt`; empty if the phase was not looked at. */
  fingerprint: string;
  suites: SuiteRun[];
  probes: Probe[];
  roles: RoleRow[];
}

/** A phase of which nothing was seen, such as the baseline of a live database. Its revision says so everywhere. */
export const notLookedAt: PhaseEvidence = {
  revision: 'not looked at',
  database: '',
  fingerprint: '',
  suites: [],
  probes: [],
  roles: [],
};

/** Whether anything was seen of a phase. It then has a fingerprint. */
export function isLookedAt({ fingerprint }: Pick<PhaseEvidence, 'fingerprint'>): boolean {
  return fingerprint !== '';
}

/** What sections of the report read from both phases. */
export interface StoredPhases {
  phases: Record<PhaseName, PhaseEvidence>;
}
