import type { MigrationsRead } from '../migrations/told.ts';
import type { Finding } from '../findings/finding.ts';
import type { Unproven } from '../findings/unproven.ts';
import type { ServerEvidence } from '../findings/server.ts';
import type { Verdict } from '../findings/verdict.ts';
import type { AccessMapEvidence } from '../proofs/access-map/judge.ts';
import type { BuildPathsEvidence } from '../proofs/build-paths/proof.ts';
import type { DeficienciesEvidence } from '../proofs/deficiencies/proof.ts';
import type { FailClosedEvidence } from '../proofs/fail-closed/proof.ts';
import type { OnlyPathEvidence } from '../proofs/only-path/proof.ts';
import type { OraclesEvidence } from '../proofs/oracles/proof.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import type { PrivilegeDiffEvidence } from '../proofs/privilege-diff/proof.ts';
import type { SuitesEvidence } from '../proofs/suites/proof.ts';
import type { DefinerRowsEvidence } from '../proofs/definer-rows/proof.ts';
import type { TenantArgumentEvidence } from '../proofs/tenant-argument/proof.ts';
import type { TruthTableEvidence } from '../proofs/truth-table/proof.ts';
import type { SourceCodeEvidence } from '../source-code/judge.ts';
import type { PassedOver } from '../topology/auto.ts';

/** The whole run as data. Every other file of the pack is a rendering of it, or raw material that it refers to. */
export interface Evidence
  extends
    TruthTableEvidence,
    Partial<AccessMapEvidence>,
    DeficienciesEvidence,
    SuitesEvidence,
    FailClosedEvidence,
    OnlyPathEvidence,
    OraclesEvidence,
    TenantArgumentEvidence,
    DefinerRowsEvidence,
    PrivilegeDiffEvidence,
    BuildPathsEvidence,
    SourceCodeEvidence {
  schema_version: 2;
  run: RunFacts;
  phases: { baseline: PhaseEvidence; head: PhaseEvidence };
  findings: Finding[];
  /**
   * The server that was recognised at head, with what its provider keeps there and Rolecall did not judge; absent if none was.
   */
  server?: ServerEvidence;
  /** What was tried or run and proves nothing. */
  unproven: Unproven[];
  /** Acceptances of the contract that cover nothing, in words. */
  unused_acceptances: string[];
  verdict: Verdict;
}

/** An input file of a run and its purpose; `included` by another one. */
export interface Input {
  kind: 'platform' | 'server' | 'migration' | 'provision' | 'seed' | 'suite' | 'control' | 'code' | 'included';
  /** Relative to the contract's folder. */
  name: string;
  sha256: string;
}

export interface RunFacts {
  /**
   * `check`: a live database, only at head, and nothing was built. `drift`: baseline is head as the migrations build it, head is
   * a live database, and only their privilege states were compared. Absent for a run.
   */
  kind?: 'check' | 'drift';
  /** Name of the pack: contract, topology, server and a digest of the inputs. */
  id: string;
  tool_version: string;
  /** Name of the contract. */
  contract: string;
  /** Its file, relative to where the run was started. */
  contract_file: string;
  title: string;
  contract_sha256: string;
  /** What the contract's platform adds, one of the inputs; absent if it names none. */
  platform?: { name: string; sha256: string };
  /** How the folder of the migrations was read; absent if a program migrates. */
  migrations?: MigrationsRead;
  /** Those files except the contract: purpose, name relative to the contract, sha256. */
  inputs: Input[];
  /** sha256 over every input file (contract, migrations, provisioning, seeds, suites, controls, source code). */
  inputs_sha256: string;
  git_commit: string | null;
  /** The URL of its repository, without a login; absent if none is known. */
  git_repository?: string;
  /** True if the work tree differs from the commit, without the reports. */
  git_dirty: boolean;
  topology: string;
  /** `cluster-per-phase`, or `shared-cluster` if both phases share roles; `one-database` if there is no baseline. */
  isolation: 'cluster-per-phase' | 'shared-cluster' | 'one-database';
  /** What was tried before this topology, in order, and why it did not work; absent if the topology was named. */
  passed_over?: PassedOver[];
  server_version: string;
  /** ISO 8601, UTC. */
  started_at: string;
  duration_ms: number;
}

export type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
export type { ControlRun } from '../pgtap/run-control.ts';
export type { DeficiencyResult, ExpectationResult } from '../proofs/deficiencies/judge.ts';
export type { TruthRow, Witnesses, WitnessWord } from '../proofs/truth-table/judge.ts';
export type { Verdict } from '../findings/verdict.ts';
export type { RoleRow } from '../proofs/closed-world/roles.ts';
export type { PhaseEvidence } from '../proofs/phase-evidence.ts';
