import type { FactKind } from '../catalog/fact.ts';
import type { Fact } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';

/** Which way a change goes; `unclear` if only the rows could tell. */
export type ChangeClass = 'widens' | 'unclear' | 'narrows' | 'moves';

/** Every class, the gravest first. */
export const changeClasses: readonly ChangeClass[] = ['widens', 'unclear', 'narrows', 'moves'];

/** The subject of a change, the gravest first. It orders the answer within a class. */
export const gravity = {
  power: 'a role gets or loses SUPERUSER, BYPASSRLS, CREATEROLE, CREATEDB, REPLICATION',
  rows: 'row-level security is switched, or a policy shows other rows',
  disguise: 'something runs or reads as its owner: a definer function, a view, a trigger; a membership',
  owner: 'an object has another owner',
  everybody: 'PUBLIC gets or loses a privilege',
  write: 'INSERT, UPDATE, DELETE, TRUNCATE, and who can log in',
  read: 'SELECT, of tables, columns and sequences',
  further: 'any other privilege: USAGE, EXECUTE, CREATE, CONNECT',
  future: 'what objects that are made tomorrow will give',
  contract: 'what the contract allows',
} as const;

export type About = keyof typeof gravity;

/** What a statement must contain to be the origin of a change: one of `verbs`, all `names`, and `to` after TO or FROM. */
export interface Clue {
  verbs: readonly string[];
  /** Without quotes. */
  names: readonly string[];
  to?: string;
}

/** The line of a file that a change comes from. */
export interface Place {
  file: string;
  line: number;
  /** The statement's first words: `GRANT`, `ALTER POLICY`; '' in the contract. */
  statement: string;
  /** Set if it existed at base and no longer exists. */
  gone?: true;
}

/** An object of a change, in a reader's words. */
export interface Thing {
  kind: FactKind;
  name: string;
  /** `table`, `function`, `schema`. */
  noun: string;
  /** The schema or extension by which similar objects are counted: `in schema app`. */
  within: string;
}

/** One change of who can do what. */
export interface Change {
  class: ChangeClass;
  about: About;
  /** The sentence up to its object, or all of it without an object: `` `app_user` can now SELECT ``. */
  lead: string;
  object?: Thing;
  /** The text after a single object: ` (all columns)`. */
  single?: string;
  /** The text after the object or objects. */
  tail: string;
  /** How to find the line that it comes from. The first clue that matches counts. */
  clues: readonly Clue[];
  place?: Place;
}

/** What is known of one of the two revisions. */
export interface Side {
  facts: readonly Fact[];
  /** Undefined if the revision has none. */
  contract: ParsedContract | undefined;
  /** Bodies of definer functions that are not SQL-standard, by their names in facts. */
  bodies: ReadonlyMap<string, string>;
}
