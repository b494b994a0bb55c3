import type { Access } from '../catalog/access/effective-access.ts';
import type { Fact } from '../catalog/fact.ts';
import type { PhaseName } from '../common/phase.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { Finding } from '../findings/finding.ts';
import type { NotSeen } from '../findings/not-seen.ts';
import type { Unproven } from '../findings/unproven.ts';
import type { Ground } from '../attempts/ground.ts';
import type { LoginRefusal, LoginSessions } from '../attempts/try-statement.ts';
import type { ControlRun } from '../pgtap/run-control.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { Session } from '../postgres/session.ts';

/**
 * How far a proof goes in a database. `catalog`: it reads. `transactions`: it takes roles and makes objects in transactions
 * that it rolls back. `rows`: it needs the tenants' rows as well.
 */
export const reaches = ['catalog', 'transactions', 'rows'] as const;
export type ObservationReach = (typeof reaches)[number];

/** The privilege state of a database, read once. */
export interface SeenState {
  facts: Fact[];
  /** Effective access of the contracted identities and of PUBLIC. */
  access: Access[];
  /** The database's own name, for remedies. */
  database: string;
  /** The role that looked. */
  connectedAs: string;
  /** Whether the tool's own schema, which the facts leave out, holds only what the tool put there. */
  toolSchemaIntact: boolean;
  /** Expressions of the contract that are what policies hold, though written otherwise. */
  samePolicies?: ReadonlySet<string>;
}

/** What the pgTAP suites of a database did, and what could not be run. */
export interface SuiteObservation {
  suites: SuiteRun[];
  controls: ControlRun[];
  notSeen: (string | NotSeen)[];
}

/** A database to look at, and how far one may go in it. */
export interface Subject {
  phase: PhaseName;
  contract: ParsedContract;
  /** server_version_num */
  version: number;
  superuser: Session;
  /** Sessions of real logins, or the superuser's that stand for them; a login that could not be told is left out. */
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>;
  /** Begins each transaction of the superuser: `begin`, for a mutant with its damage. */
  begin: string;
  /** Whether the database was made by us: sequences may move. */
  ours: boolean;
  /** Whether something may be committed in it: never on top of damage. */
  mayCommit: boolean;
  /** Objects of the contract that are tried; undefined for all. */
  objects?: ReadonlySet<string> | undefined;
  state: SeenState;
  /** What statements on the contracted objects are made of, without any damage. */
  ground(): Promise<Ground>;
  runSuites(): Promise<SuiteObservation>;
}

/** What a proof saw, what it could not see in words, and the step it was. */
export interface Observed<Seen> {
  seen: Seen;
  /** What was not seen; a text where a login's statements are what it takes. */
  notSeen?: (string | NotSeen)[];
  step?: string;
}

/** What both phases showed; a live database has no baseline. */
export interface Phases<Seen> {
  contract: ParsedContract;
  baseline: Seen | undefined;
  head: Seen;
}

/** What a proof adds to the evidence, the findings it makes, and what it could not show. */
export interface Judged<Shown extends object> {
  shown: Shown;
  findings: Finding[];
  unproven: Unproven[];
}

/** A part of the report: its anchor, its title, and `<anchor>.html.hbs` and `<anchor>.md.hbs` beside it. */
export interface Section<Stored extends object> {
  anchor: string;
  title: string;
  /** Details for reference, which stand after everything else. */
  appendix?: boolean;
  /** It says nothing without a baseline, or of a database that was not built. */
  ofBaseline?: boolean;
  /** It compares the privilege states of two databases, all that there is of a drift. */
  ofDrift?: boolean;
  /** The data of its templates, which only loop and print. */
  view(evidence: Stored): object;
}

/** One kind of evidence: how it is observed, judged and shown. */
export interface Proof<
  Name extends string = string,
  Seen = never,
  Needs extends object = object,
  Shown extends object = object,
  Stored extends object = object,
> {
  name: Name;
  /** The folder with its templates: `import.meta.url`. */
  folder: string;
  /** Which witness of a mutant its findings are; undefined where they need both phases or are not a witness of their own. */
  witness?: 'catalog' | 'attempt';
  observation?: Observation<Seen>;
  /** The proof whose observation it rests on, where it has none of its own. */
  restsOn?: string;
  judge?(phases: Phases<Needs>): Judged<Shown>;
  sections?: readonly Section<Stored>[];
}

/** How a proof looks at a database. */
export interface Observation<Seen> {
  reach: ObservationReach;
  /** Phases in which there is something to see. @default both */
  phases?: readonly PhaseName[];
  /** What was seen where nothing was looked at. */
  nothing: Seen;
  observe(subject: Subject): Promise<Observed<Seen>>;
}

/** Checks the type of a proof and keeps it exact. */
export function proof<
  const Name extends string,
  Seen,
  Needs extends object,
  Shown extends object,
  Stored extends object,
>(one: Proof<Name, Seen, Needs, Shown, Stored>): Proof<Name, Seen, Needs, Shown, Stored> {
  return one;
}
