import type { Reply } from '../../attempts/attempt.ts';

/** Whether a session learns of, or removes, a row that policies hide from it: tried as a real login in the context of its own tenant. */
export interface Oracle {
  kind: 'unique' | 'conflict' | 'foreign-key' | 'cascade';
  table: string;
  /** Name of the key or constraint. */
  key: string;
  identity: string;
  /** False for a key whose values the server chooses at random: an oracle only to whoever knows the value already. */
  guessable: boolean;
  /** The statement, with `…` for each value. */
  sql: string;
  /** What came where the hidden row is; for a cascade, the hidden rows that were gone. */
  hidden: Reply;
  /** What came where no such row is; for a cascade, what the statement itself did. */
  absent: Reply;
  open: boolean;
  /** Why it shows nothing. */
  unproven: string | null;
}
