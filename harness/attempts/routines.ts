import { joined, sql, verbatim, type SqlName, type SqlText } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const callsSql = readLookup(new URL('sql/routine-calls.sql', import.meta.url));

/** A function, procedure, aggregate or window function as the catalog has it. */
interface RoutineRow extends Record<string, unknown> {
  name: SqlName;
  /** pg_proc.prokind: f function, p procedure, a aggregate, w window function. */
  kind: string;
  arguments: SqlText[];
  /** What an ordered-set aggregate is ordered by. */
  ordered: SqlText[];
  is_record: boolean;
  is_internal: boolean;
}

/** The statement that calls a routine with every argument NULL; null if nobody can call it, as with a trigger function. */
export type RoutineCalls = ReadonlyMap<string, SqlText | null>;

/** How to call each existing routine, by the signature that was asked for. */
export async function readRoutineCalls(superuser: Session, signatures: readonly string[]): Promise<RoutineCalls> {
  const rows = await superuser.query<RoutineRow>(callsSql, [signatures]);
  return new Map(rows.map((row) => [row.name, row.is_internal ? null : callOf(row)]));
}

function callOf({ name, kind, arguments: given, ordered, is_record }: RoutineRow): SqlText {
  const call = sql`${nameOf(name)}(${joined(given)})`;
  switch (kind) {
    case 'p':
      return sql`call ${call}`;
    case 'w':
      return sql`select ${call} over ()`;
    case 'a':
      return ordered.length > 0 ? sql`select ${call} within group (order by ${joined(ordered)})` : sql`select ${call}`;
    default:
      return is_record ? sql`select ${call}` : sql`select * from ${call}`;
  }
}

/** The call of a function that does not exist, from its signature `schema.name(types)`. The server reports that it is missing. */
export function callOfAbsent(signature: SqlName): SqlText {
  const types: SqlText = signature.slice(signature.lastIndexOf('(') + 1, -1);
  const args = types === '' ? [] : types.split(',').map((type: SqlText) => sql`null::${verbatim(type.trim())}`);
  return sql`select * from ${nameOf(signature)}(${joined(args)})`;
}

function nameOf(signature: SqlName): SqlName {
  return signature.slice(0, signature.lastIndexOf('('));
}
