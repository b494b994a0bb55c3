import { verbatim, type RawName } from '../common/sql.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import { columnsIn } from './check-columns.ts';
import type { SeedColumn } from './tables.ts';

/** The columns or expressions of the key that the server names; undefined if it names none. */
export function keyOf({ detail }: ServerError): RawName[] | undefined {
  const [, columns] = /^Key \((.*?)\)=/.exec(detail ?? '') ?? [];
  return columns?.split(', ').map((column) => column.replaceAll('"', ''));
}

/** The columns of a key, those of its expressions too: `lower(email)`. */
export function columnsOfKey(key: readonly RawName[], columns: readonly SeedColumn[]): RawName[] {
  const isColumn = (part: string) => columns.some(({ name }) => name === part);
  const named = key.flatMap((part) =>
    isColumn(part) ? [part] : columnsIn(verbatim(part), columns).map(({ name }) => name),
  );
  return [...new Set(named)];
}
