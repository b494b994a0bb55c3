import { readFileSync } from 'node:fs';

import type { Session } from '../postgres/session.ts';

const callsSql = readFileSync(new URL('sql/routine-calls.sql', import.meta.url), 'utf8');

/** A function, procedure, aggregate or window function as the catalog has it. */
interface RoutineRow extends Record<string, unknown> {
  name: string;
  /** pg_proc.prokind: f function, p procedure, a aggregate, w window function. */
  kind: string;
  arguments: string[];
  /** Of an ordered-set aggregate, what it is ordered by. */
  ordered: string[];
  is_record: boolean;
  is_internal: boolean;
}

/** The statement that calls a routine with every argument NULL; null for one that nobody can call, as a trigger's. */
export type RoutineCalls = ReadonlyMap<string, string | null>;

/** How each of the routines that exist is called, by the signature it was asked for with. */
export async function readRoutineCalls(superuser: Session, signatures: readonly string[]): Promise<RoutineCalls> {
  const rows = await superuser.query<RoutineRow>(callsSql, [signatures]);
  return new Map(rows.map((row) => [row.name, row.is_internal ? null : callOf(row)]));
}

function callOf({ name, kind, arguments: given, ordered, is_record }: RoutineRow): string {
  const call = `${nameOf(name)}(${given.join(', ')})`;
  switch (kind) {
    case 'p':
      return `call ${call}`;
    case 'w':
      return `select ${call} over ()`;
    case 'a':
      return ordered.length > 0 ? `select ${call} within group (order by ${ordered.join(', ')})` : `select ${call}`;
    default:
      return is_record ? `select ${call}` : `select * from ${call}`;
  }
}

/** The call of a function that is not there, from its signature `schema.name(types)`: the server says so. */
export function callOfAbsent(signature: string): string {
  const types = signature.slice(signature.lastIndexOf('(') + 1, -1);
  const args = types === '' ? [] : types.split(',').map((type) => `null::${type.trim()}`);
  return `select * from ${nameOf(signature)}(${args.join(', ')})`;
}

function nameOf(signature: string): string {
  return signature.slice(0, signature.lastIndexOf('('));
}
