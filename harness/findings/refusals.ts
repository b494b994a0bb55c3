import type { RefusedStatement } from '../common/errors.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import { knownRefusals } from './known-refusals.ts';

/** Why a server refuses a statement to whoever is not a superuser, and what to write instead. */
export interface Refusal {
  name: string;
  /** What to write instead. SQL in it stands between backquotes. */
  remedy: string;
}

/** A right is missing: of the server, of a membership. */
const rights: readonly string[] = ['42501', '0LP01'];

/** The known refusal that a statement met; undefined for any other. Words of the server decide where its statement alone does not. */
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

/** Words of the server for a right that is missing, as programs repeat them. */
const missingRight =
  /permission denied|must be (?:superuser|owner of|able to|a? ?member of)|row-level security|\b42501\b/i;

/** The refusal that a program tells of which ran the statement, in words of its own; undefined where it failed for another reason. */
export function refusalToldBy(text: string): { known: Refusal | undefined } | undefined {
  if (!missingRight.test(text)) {
    return undefined;
  }
  // SQLAlchemy, and so Alembic, repeats the statement.
  const statement = /\[SQL:\s*(.*?)\](?=\s*(?:\n|$))/s.exec(text)?.[1] ?? '-';
  return { known: refusalOf({ file: '', line: 0, statement, sqlstate: '42501', message: text, detail: '' }) };
}

/** Names of all that are known. */
export const refusalNames = knownRefusals.map(({ name }) => name);
