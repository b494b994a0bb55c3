import { sql, type RawName, type SqlName } from '../common/sql.ts';
import { identityOf, type TenantRecord } from '../contract/sessions.ts';
import { askAsTenant } from './ask-as-tenant.ts';
import { askByHand } from './ask-by-hand.ts';
import type { Owned, Reading, TenantRows } from './owned-rows.ts';
import { byColumns, byValues } from './row-names.ts';
import type { RowSets } from './row-set.ts';
import { readRowSets } from './row-sets.ts';
import type { ContextRecord } from './session-parts.ts';
import type { Column, ShownRows } from './table-shape.ts';
import type { Related, ShownRule } from './view-rules.ts';

/** What is known besides the views: every table, what was found of it, and who asks for rows. */
interface Beside {
  tables: readonly Owned[];
  found: ReadonlyMap<string, TenantRows>;
  hostile: ReadonlyMap<string, readonly TenantRecord[]>;
  askers: readonly { record: ContextRecord | null; identity: string }[];
}

/**
 * The owners of the rows that views show. Rows are identified by the keys of the tables below, because a view may show different
 * rows to different sessions, and may leave rows out.
 */
export async function readShownRows(
  reading: Reading,
  views: readonly (Owned & { rule: ShownRule })[],
  { tables, found, hostile, askers }: Beside,
): Promise<Map<string, TenantRows>> {
  const { asking, contract, conditions } = reading;
  if (views.length === 0) {
    return new Map();
  }
  const listings = new Map<string, RowSets>();
  const listingOf = ({ table, key }: Related) => JSON.stringify([table, key]);
  for (const related of views.flatMap(({ rule }) => rule.by)) {
    if (!listings.has(listingOf(related))) {
      const key = columnsNamed(
        tables.find(({ table }) => table === related.table)!,
        related.key,
      );
      const names = { place: byValues(key), key: byColumns(key) };
      const listing = { asking, contract, conditions, views: new Set<SqlName>() };
      const sets = await readRowSets(listing, [{ table: related.table, names }], askers);
      listings.set(listingOf(related), sets.get(related.table)!);
    }
  }
  const counts = await readCounts(reading, views);
  return new Map(
    views.map((view, index): [string, TenantRows] => {
      const { table, rule } = view;
      const { by } = rule;
      const [first] = by;
      const fault = faultOf(by.map((related) => [related.table, listings.get(listingOf(related))!]));
      if (fault !== undefined) {
        return [table, { fault: `${table} ${fault}` }];
      }
      const named = columnsNamed(view, first.columns);
      const { rehome } = found.get(first.table) ?? {};
      const moved = rehome === undefined ? undefined : first.shows.get(rehome.column);
      return [
        table,
        {
          tenants: counts[index]!,
          names: { place: byValues(named), key: byColumns(named) },
          rows: {
            kind: 'shown',
            by: by.map((related): ShownRows => ({
              name: byValues(columnsNamed(view, related.columns)),
              sets: listings.get(listingOf(related))!,
            })),
          },
          kept: conditions.columnsOf(table),
          rehome: moved === undefined ? undefined : { ...rehome!, column: moved },
          hostile: hostile.get(table)!,
          base: first.table,
        },
      ];
    }),
  );
}

function columnsNamed({ columns }: Owned, names: readonly RawName[]): Column[] {
  return names.map((name) => columns.find((column) => column.name === name)!);
}

/** Why rows of listed tables cannot be compared. */
function faultOf(listed: readonly (readonly [SqlName, RowSets])[]): string | undefined {
  const unread = listed.find(([, its]) => its.unread !== undefined);
  if (unread !== undefined) {
    return `shows rows of ${unread[0]}, which nobody who can be used here reads`;
  }
  const whose = ([, { seen }]: (typeof listed)[number]) => [...seen.values()];
  const refused = listed.find(([, { fault }]) => fault !== undefined);
  const many = listed.find((one) => whose(one).some(({ rows }) => rows === undefined));
  if (refused !== undefined) {
    return `shows rows of ${refused[0]}, of which nothing is known`;
  }
  return many === undefined
    ? undefined
    : `shows rows of ${many[0]}, which are too many to be told apart by their keys: say in rows whose its rows are`;
}

/** How many rows of each tenant views show: to the control or, if it sees none, in a session of that tenant. */
async function readCounts(
  { asking, contract, tenants, conditions }: Reading,
  views: readonly Owned[],
): Promise<{ own: number; other: number; unknown: number }[]> {
  const counts = views.map(() => ({ own: 0, other: 0, unknown: 0 }));
  for (const kind of ['own', 'other', 'unknown'] as const) {
    const asker = { record: tenants[kind], identity: identityOf(contract, kind) ?? '' };
    const questions = views.map(({ table }) => ({
      table,
      query: sql`select count(*)::int from ${table} where ${conditions.of(table, asker)}`,
      record: tenants[kind],
    }));
    const shown = await askByHand<number>(asking, questions);
    const bare = shown.flatMap((count, index) => (count === 0 ? [index] : []));
    const again = await askAsTenant<number>(
      asking,
      contract,
      tenants[kind],
      bare.map((index) => questions[index]!),
    );
    counts.forEach((its, index) => {
      its[kind] = shown[index] || again[bare.indexOf(index)] || 0;
    });
  }
  return counts;
}
