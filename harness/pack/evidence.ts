import type { Fact } from '../catalog/fact.ts';
import type { AssertionChange } from '../proofs/suites/assertion-changes.ts';
import type { Probe } from '../attempts/attempt.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import type { Oracle } from '../proofs/oracles/observe.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { BuildPath } from '../proofs/build-paths/judge.ts';
import type { DeficiencyResult } from '../proofs/deficiencies/judge.ts';
import type { Finding } from '../findings/finding.ts';
import type { OnlyPath } from '../proofs/only-path/judge.ts';
import type { PassedOver } from '../topology/auto.ts';
import type { RoleRow } from '../proofs/closed-world/roles.ts';
import type { TruthRow } from '../proofs/truth-table/judge.ts';
import type { Verdict } from '../findings/verdict.ts';

/** The whole run as data. Every other file of the pack is a rendering of it, or raw material it refers to. */
export interface Evidence {
  schema_version: 1;
  run: RunFacts;
  phases: { baseline: PhaseEvidence; head: PhaseEvidence };
  truth_table: TruthRow[];
  deficiencies: DeficiencyResult[];
  assertions: AssertionChange[];
  /** The fail-closed matrix at head. */
  fail_closed: FailClosedCell[];
  /** Tables that functions are the only way to, and the proof of it at head. */
  only_paths: OnlyPath[];
  /** Keys by which a session might learn of hidden rows, each tried at head. */
  oracles: Oracle[];
  /** Each suite that is green at head, run against its own damage. */
  controls: ControlRun[];
  privilege_diff: { added: Fact[]; removed: Fact[] };
  /** Other ways to build the phases, and whether they end in the same state. */
  build_paths: BuildPath[];
  findings: Finding[];
  verdict: Verdict;
}

export interface RunFacts {
  /** Name of the pack: contract, topology, server and a digest of the inputs. */
  id: string;
  tool_version: string;
  /** Name of the contract. */
  contract: string;
  /** Its file, relative to where the run was started. */
  contract_file: string;
  title: string;
  contract_sha256: string;
  /** sha256 over every input file (contract, migrations, provisioning, seeds, suites, controls). */
  inputs_sha256: string;
  git_commit: string | null;
  /** True where the work tree, the reports aside, differs from the commit. */
  git_dirty: boolean;
  topology: string;
  /** `cluster-per-phase`, or `shared-cluster` where both phases share roles. */
  isolation: 'cluster-per-phase' | 'shared-cluster';
  /** What was tried before this topology, in order, and why it would not do; absent where the topology was named. */
  passed_over?: PassedOver[];
  server_version: string;
  /** ISO 8601, UTC. */
  started_at: string;
  duration_ms: number;
}

export interface PhaseEvidence {
  revision: string;
  database: string;
  /** sha256 of `privileges.<phase>.txt`. */
  fingerprint: string;
  suites: SuiteRun[];
  probes: Probe[];
  roles: RoleRow[];
}

export type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
export type { ControlRun } from '../pgtap/run-control.ts';
export type { DeficiencyResult, ExpectationResult } from '../proofs/deficiencies/judge.ts';
export type { TruthRow, Witnesses, WitnessWord } from '../proofs/truth-table/judge.ts';
export type { Verdict } from '../findings/verdict.ts';
export type { RoleRow } from '../proofs/closed-world/roles.ts';
