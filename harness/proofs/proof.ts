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
 * How far a proof goes in a database. `catalog`: it reads catalogs. `transactions`: it also takes roles and makes objects in
 * transactions that it rolls back. `rows`: it also needs the tenants' rows.
 */
export const depths = ['catalog', 'transactions', 'rows'] as const;
export type ObservationDepth = (typeof depths)[number];

/** The privilege state of a database, read once. */
export interface SeenState {
  facts: Fact[];
  /** Effective access of the contracted identities and of PUBLIC. */
  access: Access[];
  /** The database's own name, for remedies. */
  database: string;
  /** The role that observes. */
  connectedAs: string;
  /** Whether the tool's own schema, which the facts leave out, holds only what the tool put there. */
  toolSchemaIntact: boolean;
  /** Expressions of the contract that mean the same as those of the policies, though written otherwise. */
  samePolicies?: ReadonlySet<string>;
}

/** The results of the pgTAP suites of a database, and what could not be run. */
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
  /** Sessions of real logins, or superuser's sessions that act as them. A login whose connection is unknown is left out. */
  logins: ReadonlyMap<string, LoginSessions | LoginRefusal>;
  /** Begins each transaction of the superuser: `begin`, and for a mutant its damage. */
  begin: string;
  /** Whether we made the database, so that sequences may move. */
  ours: boolean;
  /** Whether anything may be committed in it. Never true for a damaged head. */
  mayCommit: boolean;
  /** Objects of the contract to try; undefined for all. */
  objects?: ReadonlySet<string> | undefined;
  state: SeenState;
  /** What statements on the contracted objects are made of, without any damage. */
  ground(): Promise<Ground>;
  runSuites(): Promise<SuiteObservation>;
}

/** What a proof saw, what it could not see in words, and the name of its step. */
export interface Observed<Seen> {
  seen: Seen;
  /** What was not seen; a text if it needs the statements of a login. */
  notSeen?: (string | NotSeen)[];
  step?: string;
}

/** What both phases showed. A live database has no baseline. */
export interface Phases<Seen> {
  contract: ParsedContract;
  baseline: Seen | undefined;
  head: Seen;
}

/** What a proof adds to the evidence, its findings, and what it could not prove. */
export interface Judged<Shown extends object> {
  shown: Shown;
  findings: Finding[];
  unproven: Unproven[];
}

/** A part of the report: its anchor, its title, and `<anchor>.html.hbs` and `<anchor>.md.hbs` beside it. */
export interface Section<Stored extends object> {
  anchor: string;
  title: string;
  /** Whether it holds reference details, which come after everything else. */
  appendix?: boolean;
  /** Whether it needs a baseline, or a database that was built. */
  ofBaseline?: boolean;
  /** Whether it compares the privilege states of two databases. A drift shows only such sections. */
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
  /** The witness of a mutant that its findings count as; undefined if they need both phases or do not count. */
  witness?: 'catalog' | 'attempt';
  observation?: Observation<Seen>;
  /** The proof whose observation it uses, if it has none of its own. */
  restsOn?: string;
  judge?(phases: Phases<Needs>): Judged<Shown>;
  sections?: readonly Section<Stored>[];
}

/** How a proof looks at a database. */
export interface Observation<Seen> {
  depth: ObservationDepth;
  /** Phases in which it observes. @default both */
  phases?: readonly PhaseName[];
  /** The observation if nothing was looked at. */
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
