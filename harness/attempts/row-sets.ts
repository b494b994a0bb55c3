import { nameParts } from '../catalog/identifiers.ts';
import { sql, type SqlName, type SqlText } from '../common/sql.ts';
import { grouped } from '../common/text.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { tenantsOf } from '../contract/sessions.ts';
import type { Asking } from './ask-all.ts';
import { askAsTenant } from './ask-as-tenant.ts';
import { askByHand } from './ask-by-hand.ts';
import { Hands } from './hands.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import type { Asker, RowConditions } from './row-conditions.ts';
import { setKey, type RowNames, type RowSet, type RowSets } from './row-set.ts';
import type { ContextRecord } from './session-parts.ts';

/** How many rows are listed. With more, only their number is compared. */
const most = 20_000;

/** What rows are listed with. */
export interface Listing {
  asking: Asking;
  contract: ParsedContract;
  conditions: RowConditions;
  /** What a view shows may depend on the session's tenant, even for the control. */
  views: ReadonlySet<SqlName>;
}

/** A table whose rows are listed. */
export interface Listed {
  table: SqlName;
  names: RowNames;
}

/**
 * Lists the rows of each of `tables` for each of the askers, as the control. A value that the condition does not accept belongs
 * to nobody.
 */
export async function readRowSets(
  { asking, contract, conditions, views }: Listing,
  tables: readonly Listed[],
  askers: readonly { record: ContextRecord | null; identity: string }[],
): Promise<Map<string, RowSets>> {
  const wanted = tables.map((one) => ({ one, asksIdentity: conditions.asksIdentity(one.table) }));
  const queries = wanted.flatMap(({ one: { table, names }, asksIdentity }) => {
    const known = new Map(askers.map((asker) => [setKey(asker, asksIdentity), asker]));
    const listed = (condition: SqlText) => ({
      listing: listingOf(table, names, condition),
      counting: sql`select count(*) from ${table} where ${condition}`,
    });
    return [
      { table, set: 'all' as const, name: '', record: null, ...listed('true') },
      ...[...known].flatMap(([name, { record, identity }]) => {
        const asker: Asker = { record: record ?? {}, identity };
        const own = record === null ? 'false' : conditions.of(table, asker);
        const seen = sql`(${own}) or (${conditions.openOf(table, asker)})`;
        return [
          { table, set: 'own' as const, name, record, ...listed(own) },
          { table, set: 'seen' as const, name, record, ...listed(seen) },
        ];
      }),
    ];
  });
  const refused = new Map<number, ServerError>();
  const { hands = Hands.superuser } = asking;
  const own = tenantsOf(contract)?.own;
  const answers = await askByHand<RowAnswer>(
    asking,
    // Rows that are open to all are also visible to the own tenant.
    queries.map(({ table, listing: query, record }) => ({ table, query, record: record ?? own })),
    (index, error) => refused.set(index, error),
  );
  const bare = new Set(
    queries.flatMap(({ table, set }, index) =>
      set === 'all' && views.has(table) && answers[index]?.count === 0 ? [table] : [],
    ),
  );
  const again = queries.map((query, index) => ({ ...query, index })).filter(({ table }) => bare.has(table));
  for (const { items } of grouped(again, ({ record }) => JSON.stringify(record))) {
    const { record } = items[0]!;
    const shown =
      record === null
        ? []
        : await askAsTenant<RowAnswer>(
            asking,
            contract,
            record,
            items.map(({ table, listing }) => ({ table, query: listing })),
          );
    items.forEach(({ index }, place) => {
      answers[index] = shown[place] ?? answers[index];
    });
  }
  const nobody: RowSet = { count: 0, rows: [], counting: 'select 0' };
  return new Map(
    wanted.map(({ one: { table }, asksIdentity }) => {
      const its = queries.flatMap((query, index) =>
        query.table === table ? [{ ...query, answer: answers[index], refusal: refused.get(index) }] : [],
      );
      const of = (set: string) =>
        new Map(
          its
            .filter((one) => one.set === set)
            .map(({ name, answer, counting }) => [name, rowSet(answer, counting) ?? nobody]),
        );
      const fault = faultOf(
        table,
        its.flatMap(({ set, refusal }) => (set === 'seen' ? [refusal] : [])),
      );
      const [own, seen] = [of('own'), of('seen')];
      const isUnread = hands !== Hands.superuser && its.every(({ answer }) => answer == null);
      const unread = isUnread ? { refusal: its.find(({ refusal }) => refusal !== undefined)?.refusal } : undefined;
      const all =
        bare.has(table) || hands.seesTenantsApart(table) ? together([...seen.values()]) : (of('all').get('') ?? nobody);
      return [table, { asksIdentity, fault, unread, own, seen, all }];
    }),
  );
}

/** The rows of several sets, without duplicates. */
function together(sets: readonly RowSet[]): RowSet {
  const rows = new Map(sets.flatMap((one) => (one.rows ?? []).map((row) => [row.place, row] as const)));
  return { count: rows.size, rows: [...rows.values()], counting: sql`select ${rows.size}` };
}

/** The fault of a condition that the server refuses for every value. Errors about the value itself do not count. */
function faultOf(table: string, refusals: readonly (ServerError | undefined)[]): string | undefined {
  const [first] = refusals;
  return first !== undefined && refusals.every((one) => one?.sqlstate.startsWith('42') === true)
    ? `${table} has rows that the contract calls open by a condition that the server refuses: ${first.message} (SQLSTATE ${first.sqlstate})`
    : undefined;
}

interface RowAnswer {
  count: number;
  rows: [place: string, key: string][] | null;
}

function rowSet(answer: RowAnswer | null | undefined, counting: SqlText): RowSet | undefined {
  return answer == null
    ? undefined
    : { count: answer.count, counting, rows: answer.rows?.map(([place, key]) => ({ place, key })) ?? undefined };
}

function listingOf(table: SqlName, { place, key = place }: RowNames, condition: SqlText): SqlText {
  // The condition stands alone in the subquery: its names are the table's, and no alias of ours is among them.
  return sql`select pg_catalog.json_build_object('count', count(*), 'rows', case when count(*) <= ${most} then coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(${place.of('t')}, ${key.of('t')}) order by ${key.of('t')}), '[]'::json) end) from ${table} as t where ${place.of('t')} in (select ${place.of(bareName(table))} from ${table} where ${condition})`;
}

/** The last part of the table's name, which names its rows if there is no alias. */
function bareName(table: SqlName): SqlName {
  return nameParts(table).at(-1)!;
}
