import type { LayoutName } from '../../contract/layouts.ts';
import type { Listing } from './listing.ts';

/** Text that is run at once, as psql runs it. */
export interface Part {
  /** The file it is of, below the folder. */
  file: string;
  /** Its text, on the lines that it has in its file: what stands before it is left empty. */
  text: string;
  /** Whether a transaction is around it. */
  transaction: boolean;
  /** How placeholders stand in the text, where the tool fills them in: `${x}`, of which all or some must be known, or `:X` wherever it stands. */
  fills?: 'dollar' | 'dollar-known' | 'colon';
  /** The tool goes on where it fails. */
  mayFail?: true;
  /** The superuser runs it, whoever runs the others. */
  superuser?: true;
}

/** One step from a revision to the next. */
export interface Migration {
  /** Its name as its tool calls it, and a contract does. */
  revision: string;
  /** Other names that its tool has for it. */
  aliases?: readonly string[];
  /** The file that it is known by, below the folder. */
  file: string;
  up: readonly Part[];
  /** The way back; undefined where there is none. */
  down?: readonly Part[] | undefined;
}

/** A folder of migrations, as its tool would run it. */
export interface Steps {
  /** Oldest first. */
  migrations: readonly Migration[];
  /** What runs once, before the first migration. */
  first?: readonly Part[];
  /** What runs before and after the migrations, each time that there are some to run. */
  before?: readonly Part[];
  after?: readonly Part[];
  /** psql's variables that the tool sets. */
  variables?: Readonly<Record<string, string>>;
  /** Values of placeholders that the project itself gives. */
  placeholders?: Readonly<Record<string, string>>;
  /** Placeholders of which the project says that somebody else gives their values. */
  needs?: readonly string[];
  /** Files that look like migrations and never run, and why. */
  unused?: readonly { file: string; why: string }[];
  /** Files besides those of the parts that say what runs, as a journal. */
  marks?: readonly string[];
}

/** How one tool lays out its migrations. One file each. */
export interface Layout {
  readonly name: LayoutName;
  /** Whether a folder has its marks. No two should say so of one folder. */
  recognises(listing: Listing): boolean;
  /** What the tool would run, in its order; refuses with `bad-contract` what the tool would refuse. */
  read(listing: Listing): Steps;
}
