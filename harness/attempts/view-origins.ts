import { sql, verbatim, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import type { ColumnOrigin } from '../postgres/session.ts';
import type { Asking } from './ask-all.ts';
import { entered, sessionOf } from './ask-by-hand.ts';
import { Hands } from './hands.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const viewsSql = readLookup(new URL('sql/views.sql', import.meta.url));

/** A view or materialized view: the tables that its columns come from, and those that it reads. */
export interface ViewOrigins {
  view: SqlName;
  /** The columns that are a table's own, unchanged. Computed columns are left out. */
  columns: readonly { name: RawName; table: SqlName; column: RawName }[];
  /**
   * Whether any column comes from none of them. Such a column may come from any table that is read; otherwise a table that gives
   * no column only restricts rows.
   */
  isComputed: boolean;
  /** Tables that are read with the rights of a view's owner, not those of the caller. */
  asOwner: readonly SqlName[];
}

interface Relation extends Record<string, unknown> {
  oid: string;
  name: SqlName;
  definition: SqlText | null;
  invoker: boolean;
  stored: boolean;
  columns: Record<string, RawName> | null;
  reads: string[];
}

/**
 * Those of the relations `names` that are views, and where their columns come from, as the server itself describes their
 * definition.
 */
export async function readViewOrigins(asking: Asking, names: readonly SqlName[]): Promise<ViewOrigins[]> {
  if (names.length === 0) {
    return [];
  }
  const relations = new Map(
    (await asking.session.query<Relation>(viewsSql, [names])).map((relation) => [relation.oid, relation]),
  );
  const origins = new Map<string, readonly ColumnOrigin[]>();
  for (const { oid, name, definition } of relations.values()) {
    if (definition !== null) {
      origins.set(oid, await originsIn(asking, name, definition));
    }
  }
  const wanted = new Set(names);
  return [...relations.values()]
    .filter(({ name, definition }) => definition !== null && wanted.has(name))
    .map(({ oid, name, columns }) => {
      const all = Object.entries(columns ?? {});
      const known = all.flatMap(([number, column]) => {
        const found = tableColumn(oid, Number(number));
        return found === undefined ? [] : [{ name: column, ...found }];
      });
      return {
        view: name,
        columns: known,
        isComputed: known.length < all.length,
        asOwner: [...readAsOwner(oid)].toSorted(),
      };
    });

  /** The column of a table that a column finally comes from, through any number of views. */
  function tableColumn(oid: string, number: number): { table: SqlName; column: RawName } | undefined {
    const relation = relations.get(oid);
    if (relation === undefined || relation.definition !== null) {
      const below = origins.get(oid)?.[number - 1];
      return below === undefined || below.table === 0 ? undefined : tableColumn(String(below.table), below.column);
    }
    const column = relation.columns?.[String(number)];
    return column === undefined ? undefined : { table: relation.name, column };
  }

  function readAsOwner(oid: string, seen = new Set<string>(), isStored = false): Set<SqlName> {
    const { reads = [], invoker = false, stored = false } = relations.get(oid) ?? {};
    // A materialized view stores what its owner read. A view below it is examined again, even if it is also read elsewhere.
    const isBelowStored = isStored || stored;
    const asOwner = isBelowStored || !invoker;
    const keyOf = (one: string) => `${one} ${isBelowStored}`;
    seen.add(`${oid} ${isStored}`);
    return new Set(
      reads.flatMap((below) => {
        const relation = relations.get(below);
        if (relation === undefined || seen.has(keyOf(below))) {
          return [];
        }
        return relation.definition === null
          ? asOwner
            ? [relation.name]
            : []
          : [...readAsOwner(below, seen, isBelowStored)];
      }),
    );
  }
}

/**
 * What the server says of a definition, which is not run. Empty if the server refuses, for example if the control may not read
 * all of it.
 */
async function originsIn(asking: Asking, view: SqlName, definition: SqlText): Promise<readonly ColumnOrigin[]> {
  const { inTransaction, hands = Hands.superuser } = asking;
  const hand = hands.reader(view) ?? hands.runner(view, ['SELECT']);
  const session = sessionOf(asking, hand);
  if (session === undefined) {
    return [];
  }
  return entered(
    session,
    inTransaction,
    hands.enter(hand),
    () => [],
    () => session.originsOf(sql`select * from (${verbatim(definition.replace(/;\s*$/, ''))}) as v limit 0`),
  );
}
