import { bareRecord } from '../../common/records.ts';
import { Hands } from '../../attempts/hands.ts';
import { readColumns, readShapes } from '../../attempts/read-shapes.ts';
import { RowConditions } from '../../attempts/row-conditions.ts';
import type { Column, TableShape } from '../../attempts/table-shape.ts';
import { openingOf } from '../../attempts/transactions.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { SqlText } from '../../common/sql.ts';
import { tenantsOf } from '../../contract/sessions.ts';
import { rolledBack } from '../../postgres/rolled-back.ts';
import type { Session } from '../../postgres/session.ts';
import { HiddenRows } from './hidden-rows.ts';
import { readKeyValues, readOracleKeys, type KeyValues, type OracleKey } from './keys.ts';

export interface OracleOptions {
  /** Begins each transaction of the superuser. @default 'begin' */
  opening?: SqlText | undefined;
  /** Give a value to each column that a sequence would fill, because no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Try only keys of these tables, and keys that refer to them. @default all */
  objects?: ReadonlySet<string> | undefined;
  /** Shapes of the tables, if they have been read before. */
  shapes?: ReadonlyMap<string, TableShape> | undefined;
  /** Who reads which table. @default the superuser */
  hands?: Hands;
}

/** What a trial knows of its table: keys with their values, and a row to copy. */
export interface Prepared {
  key: OracleKey;
  values: KeyValues | string;
  shape: TableShape;
}

/**
 * Keys that can be an oracle. A unique key that includes the tenant separates the tenants, and a parent that a login reads hides
 * nothing.
 */
export async function prepare(
  superuser: Session,
  contract: ParsedContract,
  { opening = 'begin', keepSequences = false, objects, shapes: known, hands = Hands.superuser }: OracleOptions,
  logins: ReadonlyMap<string, Session>,
): Promise<{ hidden: HiddenRows; prepared: Prepared[] }> {
  return rolledBack(superuser, openingOf(opening), async () => {
    const asking = { session: superuser, inTransaction: true, hands, logins };
    const columns = known === undefined ? await readColumns(superuser, contract) : columnsIn(known);
    const hidden = new HiddenRows(contract, await RowConditions.read(asking, contract, columns), columns);
    const tried = (await readOracleKeys(superuser, contract, hidden)).filter(
      ({ table, other }) => objects === undefined || objects.has(table) || objects.has(other),
    );
    const tables = new Set(tried.map(({ table }) => table));
    const shapes = known ?? (await readShapes(superuser, contract, { keepSequences, inTransaction: true, tables }));
    const keys = tried.filter(
      ({ table, kind, has_tenant }) => shapes.get(table)?.tenants !== undefined && !(kind === 'unique' && has_tenant),
    );
    return {
      hidden,
      prepared: withShapes(keys, await readKeyValues(asking, tenantsOf(contract)!, keys, hidden), shapes),
    };
  });
}

function columnsIn(shapes: ReadonlyMap<string, TableShape>): Map<string, readonly Column[]> {
  return new Map([...shapes].map(([table, { columns }]) => [table, columns]));
}

function withShapes(
  keys: readonly OracleKey[],
  values: readonly (KeyValues | string)[],
  shapes: ReadonlyMap<string, TableShape>,
): Prepared[] {
  // A row that tries one key must not repeat the values of the table's other keys.
  const copies = new Map(
    [...shapes].map(([table, shape]) => [table, { ...shape, fresh: bareRecord(Object.entries(shape.fresh)) }]),
  );
  const prepared = keys.map((key, index) => ({ key, values: values[index]!, shape: copies.get(key.table)! }));
  prepared.forEach(refresh);
  return prepared;
}

/** A unique index on an expression is not among the shape's keys, but a copied row must differ in it too. */
function refresh({ key, values, shape }: Prepared): void {
  if (key.kind === 'foreign-key' || typeof values === 'string') {
    return;
  }
  key.own_columns.forEach((name, index) => {
    const differs = values.absent[index] !== values.hidden[index];
    if (differs && shape.columns.some((column) => column.name === name && !column.filled_by_server)) {
      shape.fresh[name] ??= values.absent[index]!;
    }
  });
}
