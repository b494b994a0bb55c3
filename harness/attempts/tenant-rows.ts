import { joined, sql } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { hasSessions, identityOf, sessionsOf, type TenantKind, type TenantRecord } from '../contract/sessions.ts';
import type { RowsRule } from '../contract/rows.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import { askAsTenant } from './ask-as-tenant.ts';
import { askByHand } from './ask-by-hand.ts';
import { Hands } from './hands.ts';
import { hostileRecords, hostileValuesOf } from './hostile-values.ts';
import type { Owned, Reading, TenantRows } from './owned-rows.ts';
import type { RowConditions } from './row-conditions.ts';
import { setKey, type RowSets } from './row-set.ts';
import { readRowSets } from './row-sets.ts';
import { sessionFormOf } from './session-form.ts';
import { missingParts, mixedParts, type ContextRecord } from './session-parts.ts';
import { readShownRows } from './shown-rows.ts';
import type { TableShape } from './table-shape.ts';

/**
 * Reads as the control who owns the rows of the tables: the number of rows by their column or, if the column does not say it, row
 * by row.
 */
export async function readTenantRows(reading: Reading, tables: readonly Owned[]): Promise<Map<string, TenantRows>> {
  const owned = tables.filter(({ rule }) => rule !== undefined);
  const byColumn = owned.filter((one) => isByColumn(reading.contract, one));
  const shown = owned.flatMap((one) => (one.rule?.kind === 'shown' ? [{ ...one, rule: one.rule }] : []));
  const listed = owned.filter((one) => !byColumn.includes(one) && one.rule?.kind !== 'shown');
  const hostile = await hostileIn(reading, owned);
  const found = new Map([
    ...(await readByColumn(reading, byColumn, hostile)),
    ...(await readListed(reading, listed, hostile)),
  ]);
  const askers = askersOf(reading, shown, hostile);
  const all = [...found, ...(await readShownRows(reading, shown, { tables, found, hostile, askers }))];
  const { hands = Hands.superuser } = reading.asking;
  return new Map(all.map(([table, its]) => [table, hands.seesTenantsApart(table) ? { ...its, seenApart: true } : its]));
}

/**
 * Whether a session can use the column itself: every row belongs to one tenant and no other row is open. The rows then need not
 * be listed.
 */
function isByColumn(contract: ParsedContract, { table, rule, tenantColumn }: Owned): boolean {
  return rule?.kind === 'column' && contract.tables[table]!.open === undefined && tenantColumn?.category !== 'A';
}

async function readByColumn(
  { asking, contract, tenants, conditions }: Reading,
  tables: readonly Owned[],
  hostile: Hostile,
): Promise<Map<string, TenantRows>> {
  const { own, other, unknown } = tenants;
  const countsOf = ({ table }: Owned) => {
    const count = (record: ContextRecord) =>
      sql`count(*) filter (where ${conditions.of(table, { record, identity: '' })})::int`;
    return sql`select array[${joined([own, other, unknown].map(count))}, count(*)::int] from ${table}`;
  };
  const { hands = Hands.superuser } = asking;
  const questions = tables.map((one) => ({ table: one.table, query: countsOf(one) }));
  const refused = new Map<number, ServerError>();
  const counts = await askByHand<number[]>(asking, questions, (index, error) => refused.set(index, error));
  const bare = tables.filter(
    ({ table, columns }, index) =>
      hands.seesTenantsApart(table) || (columns[0]!.is_view === true && counts[index]?.[3] === 0),
  );
  const shown: (number[] | null | undefined)[][] = [];
  for (const record of [own, other, unknown]) {
    shown.push(
      await askAsTenant<number[]>(
        asking,
        contract,
        record,
        bare.map((one) => ({ table: one.table, query: countsOf(one) })),
      ),
    );
  }
  for (const [index, one] of bare.entries()) {
    const its = shown.map((answers, kind) => answers[index]?.[kind] ?? 0);
    // If not even the own tenant could look, nothing is known.
    if (shown.some((answers) => answers[index] != null)) {
      counts[tables.indexOf(one)] = [...its, its.reduce((sum, count) => sum + count, 0)];
    }
  }
  const found = new Map<string, TenantRows>();
  for (const [index, { table, rule, names }] of tables.entries()) {
    const { column, is } = rule as RowsRule & { kind: 'column' };
    const texts = { own: own[is]!, other: other[is]!, unknown: unknown[is]! };
    const seen = counts[index];
    if (seen == null && hands !== Hands.superuser) {
      found.set(table, { unread: whyUnread(hands, table, refused.get(index)) });
      continue;
    }
    const [ownRows = 0, otherRows = 0, unknownRows = 0, all = 0] = seen ?? [];
    // In the short form a policy may hide more than the rows of other tenants.
    const exact = contract.tables[table]!.rows !== undefined || hasSessions(contract);
    found.set(table, {
      tenants: { own: ownRows, other: otherRows, unknown: unknownRows, all },
      names,
      rows: { kind: 'column', column, is, exact },
      texts,
      kept: [column],
      rehome: { column, own: texts.own, other: texts.other },
      hostile: hostile.get(table)!,
    });
  }
  return found;
}

/** Why the rows of a table were not read, in words. */
function whyUnread(hands: Hands, table: string, error: ServerError | undefined): string {
  const hand = hands.reader(table);
  return hand === undefined
    ? `nobody who can be used here reads the rows of ${table}`
    : `${hand.as} could not read the rows of ${table}${error === undefined ? '' : `: ${error.message} (SQLSTATE ${error.sqlstate})`}`;
}

/** By table, what a session may claim to be that is not a tenant. */
type Hostile = ReadonlyMap<string, readonly TenantRecord[]>;

/** Hostile values by table, read once for each type of tenant value. */
async function hostileIn({ asking, tenants, conditions }: Reading, tables: readonly Owned[]): Promise<Hostile> {
  const { own, other, unknown } = tenants;
  const known = new Map<string, TenantRecord[]>();
  const hostile = new Map<string, TenantRecord[]>();
  for (const { table } of tables) {
    const root = conditions.rootOf(table);
    const kind = JSON.stringify([root?.column.type, root?.is]);
    const records = known.get(kind) ?? hostileRecords(tenants, await valuesFor(root));
    known.set(kind, records);
    hostile.set(table, records);
  }
  return hostile;

  async function valuesFor(root: ReturnType<RowConditions['rootOf']>) {
    if (root === undefined || root.column.category === 'A') {
      return undefined;
    }
    const { column, is } = root;
    const texts = { own: own[is]!, other: other[is]!, unknown: unknown[is]! };
    return { is, values: await hostileValuesOf(asking, column.type, texts) };
  }
}

async function readListed(
  reading: Reading,
  tables: readonly Owned[],
  hostile: Hostile,
): Promise<Map<string, TenantRows>> {
  const { asking, contract, tenants, conditions } = reading;
  if (tables.length === 0) {
    return new Map();
  }
  const askers = askersOf(reading, tables, hostile);
  const views = new Set(tables.filter(({ columns }) => columns[0]!.is_view).map(({ table }) => table));
  const sets = await readRowSets({ asking, contract, conditions, views }, tables, askers);
  const rehomes = await readRehomes(reading, tables);
  return new Map(
    tables.map(({ table, names }, index): [string, TenantRows] => {
      const its = sets.get(table)!;
      if (its.unread !== undefined) {
        return [table, { unread: whyUnread(asking.hands ?? Hands.superuser, table, its.unread.refusal) }];
      }
      if (its.fault !== undefined) {
        return [table, { fault: its.fault }];
      }
      const count = (kind: TenantKind) => {
        const identity = identityOf(contract, kind);
        return identity === undefined && its.asksIdentity
          ? 0
          : (its.own.get(setKey({ record: tenants[kind], identity: identity ?? '' }, its.asksIdentity))?.count ?? 0);
      };
      return [
        table,
        {
          tenants: { own: count('own'), other: count('other'), unknown: count('unknown') },
          names,
          rows: { kind: 'listed', sets: its } satisfies { kind: 'listed'; sets: RowSets },
          kept: conditions.columnsOf(table),
          rehome: rehomes[index],
          hostile: hostile.get(table)!,
        },
      ];
    }),
  );
}

/** All tenants and roles for which the rows of the tables are listed in some context. */
function askersOf({ contract, tenants }: Reading, tables: readonly Owned[], hostile: Hostile) {
  const { own, other, unknown } = tenants;
  const strangers = tables.flatMap(({ table }) => hostile.get(table)!);
  return sessionsOf(contract).flatMap((session) => {
    const form = sessionFormOf(contract, session);
    const parts = [...missingParts(form, tenants), ...mixedParts(form, tenants)].map(({ record }) => record);
    return [null, own, other, unknown, ...parts, ...strangers].map((record) => ({
      record,
      identity: session.identity,
    }));
  });
}

/** The column by which a row moves from one tenant to the other, and its value for each. */
async function readRehomes(
  { asking, contract, tenants, conditions }: Reading,
  tables: readonly Owned[],
): Promise<(TableShape['rehome'] | undefined)[]> {
  const valuesOf = (kind: 'own' | 'other') =>
    askByHand<string>(
      asking,
      tables.map(({ table, rule }) => {
        const [column, ...more] = rule?.kind === 'via' || rule?.kind === 'column' ? conditions.columnsOf(table) : [];
        const asker = { record: tenants[kind], identity: identityOf(contract, kind) ?? '' };
        const query =
          column === undefined || more.length > 0
            ? 'select null'
            : sql`select min(${quoteIdentifier(column)}::text) from ${table} where ${conditions.of(table, asker)}`;
        return { table, query, record: tenants[kind] };
      }),
    );
  const [own, other] = [await valuesOf('own'), await valuesOf('other')];
  return tables.map(({ table }, index) => {
    const [one, another] = [own[index], other[index]];
    return one == null || another == null
      ? undefined
      : { column: conditions.columnsOf(table)[0]!, own: one, other: another };
  });
}
