import type { Attempt, CatalogAnswer, PositiveControl } from '../attempts/attempt.ts';
import type { Assertion } from '../pgtap/assertion.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';
import type { PhaseEvidence } from '../proofs/phase-evidence.ts';
import type { Evidence } from './evidence.ts';

/**
 * The evidence as `evidence.json` holds it: a statement, what a server said of an attempt, and a positive control stand there
 * once and are referred to by their place. What is null, 0 or empty is left out of attempts.
 */
export interface StoredEvidence extends Omit<Evidence, 'phases' | 'fail_closed'> {
  phases: { baseline: StoredPhase; head: StoredPhase };
  fail_closed: StoredCell[];
  /** Statements and messages that attempts refer to. */
  texts: string[];
  /** Positive controls that attempts and cells refer to. */
  positive_controls: PositiveControl[];
  /** Contexts in which attempts came to the same, and to which they refer. */
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

/** An assertion; `diagnostics` is absent where there are none, and where a failed one only names itself again: `Failed test 1: "its name"`. */
export type StoredAssertion = Omit<Assertion, 'diagnostics'> & Partial<Pick<Assertion, 'diagnostics'>>;

export type StoredProbe = StoredAnswers | StoredAttempt;

/** What the catalog answered of one identity and object: by the function that was asked, and by privilege. */
export interface StoredAnswers extends Pick<CatalogAnswer, 'kind' | 'identity' | 'object'> {
  answers: { [Question in CatalogAnswer['question']]?: Record<string, CatalogAnswer['answer']> };
}

/** What one statement did in every context in which the same came of it. */
export interface StoredAttempt extends Omit<
  Attempt,
  'key' | 'context' | 'sql' | 'sqlstate' | 'message' | 'rows' | 'foreign_rows' | 'control' | 'access'
> {
  /** Place of its contexts in `context_sets`. */
  contexts_at: number;
  /** Place of the statement in `texts`. */
  sql_at: number;
  sqlstate?: string;
  /** Place of what the server said in `texts`; absent where it said nothing. */
  message_at?: number;
  /** Absent for 0. */
  rows?: number;
  /** Absent for 0. */
  foreign_rows?: number;
  /** Place of the positive control in `positive_controls`; absent where there is none. */
  control_at?: number;
  /** The first privilege the statement needs, where it is not the command itself. */
  access?: string;
}

export interface StoredCell extends Omit<
  FailClosedCell,
  'sqlstate' | 'message' | 'control' | 'closed_to_all' | 'unproven' | 'row_unchanged'
> {
  /** Further contexts in which the same command came to the same. */
  also_in?: string[];
  /** Absent where the server raised nothing. */
  sqlstate?: string;
  /** Absent where the server said nothing. */
  message?: string;
  /** Place of the positive control in `positive_controls`; absent where there is none. */
  control_at?: number;
  /** Why nobody can do it, the superuser included; absent where somebody can. */
  closed_to_all?: string;
  /** Why the cell shows nothing; absent where it does. */
  unproven?: string;
  /** Whether the table held the same rows after a write that was refused; absent where that was not looked at. */
  row_unchanged?: boolean;
}
