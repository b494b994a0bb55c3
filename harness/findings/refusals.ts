import type { RefusedStatement } from '../common/errors.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import { knownRefusals } from './known-refusals.ts';

/** Why a server refuses a statement to a role without superuser, and what to write instead. */
export interface Refusal {
  name: string;
  /** What to write instead, with SQL in backquotes. */
  remedy: string;
}

/** A right is missing: on an object, or in a membership. */
const rights: readonly string[] = ['42501', '0LP01'];

/** The known refusal of a statement; undefined for any other. The server's words decide if the statement alone does not. */
export function refusalOf({ statement, sqlstate: state, message, detail }: RefusedStatement): Refusal | undefined {
  const text = fromFirstWord(statement);
  const words = `${message}\n${detail}`;
  for (const { name, statement: pattern, said, sqlstate, remedy } of knownRefusals) {
    const found = (sqlstate === undefined ? rights.includes(state) : sqlstate === state) ? pattern.exec(text) : null;
    if (found !== null && (said === undefined || said.test(words))) {
      return { name, remedy: remedy(found.groups ?? {}) };
    }
  }
  return undefined;
}

/** The server's words for a missing right, as programs repeat them. */
const missingRight =
  /permission denied|must be (?:superuser|owner of|able to|a? ?member of)|row-level security|\b42501\b/i;

/** The refusal in the output of a program that ran the statement; undefined if it failed for another reason. */
export function refusalToldBy(text: string): { known: Refusal | undefined } | undefined {
  if (!missingRight.test(text)) {
    return undefined;
  }
  // SQLAlchemy, and therefore Alembic, repeats the statement.
  const statement = /\[SQL:\s*(.*?)\](?=\s*(?:\n|$))/s.exec(text)?.[1] ?? '-';
  return { known: refusalOf({ file: '', line: 0, statement, sqlstate: '42501', message: text, detail: '' }) };
}

/** The names of all known refusals. */
export const refusalNames = knownRefusals.map(({ name }) => name);
