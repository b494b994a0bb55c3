import type { RoleName, SqlName, SqlText } from '../common/sql.ts';
import type { Fact } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import type { Definitions } from './definitions.ts';

/** One break of the head state, as an operator makes it. */
export interface Change {
  /** The name in facts; omitted if it is about the role itself. */
  object?: SqlName | RoleName;
  /** The role concerned, or PUBLIC; omitted if there is none. */
  identity?: RoleName;
  /** Distinguishes it from the operator's other changes of the same object and role. Made of names only. */
  details?: readonly string[];
  /** What is broken, in a short sentence. */
  description: string;
  /** Statements for a superuser, in a transaction or on their own; replayable in psql as they stand. */
  sql: SqlText;
  /** Whether it only takes away: nobody can do or see more than before. */
  narrowing?: boolean;
  /** SQL that undoes what was committed. Such a change is made for real logins, because only they see the damage. */
  undo?: SqlText;
  /**
   * One query of one text column that shows the change if no fact does. The mutant is equivalent if the facts and this answer
   * stay the same.
   */
  shown_by?: SqlText;
}

/** A deliberate break of the head state. */
export interface Mutant {
  /** Stable and unique: `<operator>/<object>/<identity>` and, if needed, `/<detail>`. Made of names only. */
  id: string;
  operator: string;
  /** The name in facts; '' if there is none. */
  object: string;
  /** The role concerned, PUBLIC, or ''. */
  identity: string;
  /** What is broken, in a short sentence. */
  description: string;
  /** Statements for a superuser, in a transaction or on their own; replayable in psql as they stand. */
  sql: string;
  /**
   * `transaction`: the damage is visible inside a transaction that is rolled back. `login`: only a real login sees it, so it is
   * committed in a database of its own.
   */
  isolation: 'transaction' | 'login';
  /** Set if it only takes away: nobody can do or see more than before. */
  narrowing?: true;
  /** SQL that undoes what was committed, in the same database. Every mutant with isolation `login` has it, and no other. */
  undo?: string;
  /**
   * One query of one text column that shows the change if no fact does. The mutant is equivalent if the facts and this answer
   * stay the same.
   */
  shown_by?: string;
}

/** What operators work on: the contract, and the undamaged state that keeps it. */
export interface MutationState {
  contract: ParsedContract;
  facts: readonly Fact[];
  definitions: Definitions;
  /** Reads the SQL of policies. */
  parser: SqlParser;
  /** Major version of the server. */
  major: number;
}

/** One way to break a state, wherever it applies. Ids, names and isolation are added elsewhere. */
export interface Operator {
  /** In kebab-case. The ids of its mutants begin with it. */
  name: string;
  /** What it breaks and why that matters, in a sentence. */
  about: string;
  /** Set if all its changes only take away. */
  narrowing?: true;
  /** Set if its changes concern roles and settings that sessions begin with, not objects. */
  ofRoles?: true;
  changes(state: MutationState): Iterable<Change>;
}
