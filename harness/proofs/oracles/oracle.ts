import type { Reply } from '../../attempts/attempt.ts';

/**
 * Whether a session learns of a row that policies hide from it, or removes it: tried as a real login in the context of its own
 * tenant.
 */
export interface Oracle {
  kind: 'unique' | 'conflict' | 'foreign-key' | 'cascade';
  table: string;
  /** The name of the key or constraint. */
  key: string;
  identity: string;
  /** False for a key whose values the server chooses at random. It is an oracle only for somebody who knows the value already. */
  guessable: boolean;
  /** The statement, with `…` for each value. */
  sql: string;
  /** The reply with the values of a hidden row; for a cascade, the hidden rows that were changed. */
  hidden: Reply;
  /** The reply with values that no row has; for a cascade, the statement's own result. */
  absent: Reply;
  open: boolean;
  /** Why it proves nothing; null if it proves something. */
  unproven: string | null;
}
