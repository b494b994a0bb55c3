import type { LayoutName } from '../../contract/layouts.ts';
import type { Listing } from './listing.ts';

/** Text that is run in one piece, as psql runs it. */
export interface Part {
  /** Its file, relative to the folder. */
  file: string;
  /** Its text, on the same lines as in its file. The lines before it are empty. */
  text: string;
  /** Whether it runs in a transaction. */
  transaction: boolean;
  /**
   * The form of the placeholders that the tool fills in: `${x}`, of which all or only some must have values, or `:X` anywhere.
   */
  fills?: 'dollar' | 'dollar-known' | 'colon';
  /** The tool continues if it fails. */
  mayFail?: true;
  /** The superuser runs it, whoever runs the others. */
  superuser?: true;
}

/** One step from a revision to the next. */
export interface Migration {
  /** Its name in its tool and in a contract. */
  revision: string;
  /** Other names that its tool has for it. */
  aliases?: readonly string[];
  /** The file that identifies it, relative to the folder. */
  file: string;
  up: readonly Part[];
  /** How to migrate down; undefined if there is no way. */
  down?: readonly Part[] | undefined;
}

/** A folder of migrations, as its tool would run it. */
export interface Steps {
  /** Oldest first. */
  migrations: readonly Migration[];
  /** Parts that run once, before the first migration. */
  first?: readonly Part[];
  /** Parts that run before and after the migrations, whenever some run. */
  before?: readonly Part[];
  after?: readonly Part[];
  /** psql's variables that the tool sets. */
  variables?: Readonly<Record<string, string>>;
  /** Values of placeholders in the project itself. */
  placeholders?: Readonly<Record<string, string>>;
  /** Placeholders whose values the project expects from elsewhere. */
  needs?: readonly string[];
  /** Files that look like migrations and never run, and why. */
  unused?: readonly { file: string; why: string }[];
  /** Other files that decide what runs, such as a journal. */
  marks?: readonly string[];
}

/** How one tool lays out its migrations. One file for each. */
export interface Layout {
  readonly name: LayoutName;
  /** Whether a folder has its marks. For one folder no two layouts should say so. */
  recognises(listing: Listing): boolean;
  /** What the tool would run, in its order. Refuses with `bad-contract` what the tool would refuse. */
  read(listing: Listing): Steps;
}
