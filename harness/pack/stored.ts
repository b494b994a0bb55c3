import type { Attempt, CatalogAnswer, PositiveControl } from '../attempts/attempt.ts';
import type { Assertion } from '../pgtap/assertion.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import type { Evidence } from './evidence.ts';

/**
 * The evidence as `evidence.json` stores it: a statement, a server's message and a positive control are stored once and referred
 * to by index. Values that are null, 0 or empty are left out of attempts.
 */
export interface StoredEvidence extends Omit<Evidence, 'phases' | 'fail_closed'> {
  phases: { baseline: StoredPhase; head: StoredPhase };
  fail_closed: StoredCell[];
  /** Statements and messages that attempts refer to. */
  texts: string[];
  /** Positive controls that attempts and cells refer to. */
  positive_controls: PositiveControl[];
  /** Sets of contexts in which attempts had the same result. Attempts refer to them. */
  context_sets: string[][];
}

export interface StoredPhase extends Omit<PhaseEvidence, 'suites' | 'probes'> {
  suites: StoredSuite[];
  probes: StoredProbe[];
}

/** A suite without its TAP text, which is a file of the pack. */
export interface StoredSuite extends Omit<SuiteRun, 'tap' | 'assertions'> {
  assertions: StoredAssertion[];
}

/**
 * An assertion. `diagnostics` is absent if there are none, or if those of a failed one only repeat its name: `Failed test 1: "its
 * name"`.
 */
export type StoredAssertion = Omit<Assertion, 'diagnostics'> & Partial<Pick<Assertion, 'diagnostics'>>;

export type StoredProbe = StoredAnswers | StoredAttempt;

/** The catalog's answers for one identity and object, by function and privilege. */
export interface StoredAnswers extends Pick<CatalogAnswer, 'kind' | 'identity' | 'object'> {
  answers: { [Question in CatalogAnswer['question']]?: Record<string, CatalogAnswer['answer']> };
}

/** One statement with every context in which it had the same result. */
export interface StoredAttempt extends Omit<
  Attempt,
  'key' | 'context' | 'sql' | 'sqlstate' | 'message' | 'rows' | 'foreign_rows' | 'control' | 'access'
> {
  /** Index of its contexts in `context_sets`. */
  contexts_at: number;
  /** Index of the statement in `texts`. */
  sql_at: number;
  sqlstate?: string;
  /** Index of the server's message in `texts`; absent without one. */
  message_at?: number;
  /** Absent for 0. */
  rows?: number;
  /** Absent for 0. */
  foreign_rows?: number;
  /** Index of the positive control in `positive_controls`; absent without one. */
  control_at?: number;
  /** The first privilege that the statement needs, if it is not the command itself. */
  access?: string;
}

export interface StoredCell extends Omit<
  FailClosedCell,
  'sqlstate' | 'message' | 'control' | 'closed_to_all' | 'unproven' | 'row_unchanged'
> {
  /** Further contexts in which the same command had the same result. */
  also_in?: string[];
  /** Absent if the server raised no error. */
  sqlstate?: string;
  /** Absent if the server sent no message. */
  message?: string;
  /** Index of the positive control in `positive_controls`; absent without one. */
  control_at?: number;
  /** Why nobody can do it, not even the superuser; absent if somebody can. */
  closed_to_all?: string;
  /** Why the cell proves nothing; absent if it proves something. */
  unproven?: string;
  /** Whether the table held the same rows after a refused write; absent if that was not checked. */
  row_unchanged?: boolean;
}
