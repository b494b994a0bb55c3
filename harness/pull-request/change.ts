import type { FactKind } from '../catalog/fact.ts';
import type { Fact } from '../catalog/fact.ts';
import type { ParsedContract } from '../contract/contract.ts';

/** Which way a change goes; `unclear` where nobody can tell without knowing what rows there are. */
export type ChangeClass = 'widens' | 'unclear' | 'narrows' | 'moves';

/** Every class, the gravest first. */
export const changeClasses: readonly ChangeClass[] = ['widens', 'unclear', 'narrows', 'moves'];

/** What a change is about, the gravest first: the order of the answer within a class. */
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

/** What a statement must say to be where a change comes from: one of `verbs`, all `names`, and after TO or FROM `to`. */
export interface Clue {
  verbs: readonly string[];
  /** Not quoted. */
  names: readonly string[];
  to?: string;
}

/** The line of a file that a change comes from. */
export interface Place {
  file: string;
  line: number;
  /** The statement's first words: `GRANT`, `ALTER POLICY`; '' in the contract. */
  statement: string;
  /** It stood there at base, and stands there no more. */
  gone?: true;
}

/** An object of a change, as a reader would call it. */
export interface Thing {
  kind: FactKind;
  name: string;
  /** `table`, `function`, `schema`. */
  noun: string;
  /** The schema, or the extension, that others of its kind are counted with: `in schema app`. */
  within: string;
}

/** One change of who can do what. */
export interface Change {
  class: ChangeClass;
  about: About;
  /** The sentence up to its object; the whole where it has none: `` `app_user` can now SELECT ``. */
  lead: string;
  object?: Thing;
  /** What stands after a single object: ` (all columns)`. */
  single?: string;
  /** What stands after the object or objects. */
  tail: string;
  /** How the line is found that it comes from: the first of them that one has. */
  clues: readonly Clue[];
  place?: Place;
}

/** What is known of one of the two revisions. */
export interface Side {
  facts: readonly Fact[];
  /** Undefined where the revision has none. */
  contract: ParsedContract | undefined;
  /** Bodies of definer functions that are no SQL of the standard's form, by name as facts have it. */
  bodies: ReadonlyMap<string, string>;
}
