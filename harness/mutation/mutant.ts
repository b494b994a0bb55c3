import type { RoleName, SqlName, SqlText } from '../common/sql.ts';
import type { Fact } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { SqlParser } from '../postgres/parsed-sql.ts';
import type { Definitions } from './definitions.ts';

/** One break of the head state, as an operator yields it. */
export interface Change {
  /** As facts name it; omitted where it is about the role itself. */
  object?: SqlName | RoleName;
  /** The role concerned, or PUBLIC; omitted where there is none. */
  identity?: RoleName;
  /** What tells it from the operator's other changes of the same object and role; made of names only. */
  details?: readonly string[];
  /** What is broken, in a short sentence. */
  description: string;
  /** Statements for a superuser, in a transaction or on their own; replayable in psql as they stand. */
  sql: SqlText;
  /** It only takes away: nobody can do or see more than before. */
  narrowing?: boolean;
  /** SQL that puts back what was committed. With it the change is made for real logins, as only they see the damage. */
  undo?: SqlText;
  /** One query of one text column that shows what it changes, where no fact does: the mutant is equivalent when the facts and this answer are as before. */
  shown_by?: SqlText;
}

/** A deliberate break of the head state. */
export interface Mutant {
  /** Stable and unique: `<operator>/<object>/<identity>` and, where needed, `/<detail>`; made of names only. */
  id: string;
  operator: string;
  /** As facts name it; '' where there is none. */
  object: string;
  /** The role concerned, PUBLIC, or ''. */
  identity: string;
  /** What is broken, in a short sentence. */
  description: string;
  /** Statements for a superuser, in a transaction or on their own; replayable in psql as they stand. */
  sql: string;
  /** `transaction`: it is seen inside a transaction that rolls back. `login`: only a real login sees it, so it is committed in a database of its own. */
  isolation: 'transaction' | 'login';
  /** It only takes away: nobody can do or see more than before. */
  narrowing?: true;
  /** SQL that puts back what was committed, in the same database: every mutant for a real login has it, and no other. */
  undo?: string;
  /** One query of one text column that shows what it changes, where no fact does: the mutant is equivalent when the facts and this answer are as before. */
  shown_by?: string;
}

/** What operators work on: the contract, and the unbroken state it is true of. */
export interface MutationState {
  contract: ParsedContract;
  facts: readonly Fact[];
  definitions: Definitions;
  /** Reads the SQL of policies. */
  parser: SqlParser;
  /** Major version of the server. */
  major: number;
}

/** One way to break a state, wherever it can be broken so. Ids, names and isolation are not its business. */
export interface Operator {
  /** In kebab-case; first part of the ids of its mutants. */
  name: string;
  /** What it breaks and why that matters, in a sentence. */
  about: string;
  /** All its changes only take away. */
  narrowing?: true;
  /** Its changes are of roles and of settings that sessions begin with, not of objects. */
  ofRoles?: true;
  changes(state: MutationState): Iterable<Change>;
}
