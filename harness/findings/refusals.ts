import type { RefusedStatement } from '../common/errors.ts';
import { fromFirstWord } from '../psql/statement-kind.ts';
import { knownRefusals } from './known-refusals.ts';

/** Why a server refuses a statement to whoever is no superuser, and what to write instead. */
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

/** Names of all that are known. */
export const refusalNames = knownRefusals.map(({ name }) => name);
