import { readFileSync } from 'node:fs';

import type { ParsedContract, Tenancy } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { askAll, type Asking } from './ask-all.ts';
import { readFreshValues } from './fresh-values.ts';
import { hostileValuesOf } from './hostile-values.ts';
import { emptyRecord, type Column, type TableShape } from './table-shape.ts';

const shapeSql = readFileSync(new URL('sql/table-shape.sql', import.meta.url), 'utf8');

type Relation = Pick<TableShape, 'updatable' | 'partitioned' | 'is_view' | 'referring'>;
type ColumnRow = Column & Relation & { table: string } & Record<string, unknown>;

/** A table that exists. */
interface Found {
  table: string;
  columns: readonly ColumnRow[];
  /** The tenant's column, where the contract says that rows have one and the table has it. */
  tenantColumn: Column | undefined;
}

export interface ShapeOptions {
  /** Have a value for each column that a sequence would fill: no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Whether the session is in a transaction, which no error may end. */
  inTransaction?: boolean;
  /** Of these tables only. @default all */
  tables?: ReadonlySet<string>;
}

/**
 * Shapes of the contracted tables that exist, with a seeded row, of the own tenant where rows have one. Asked as superuser,
 * a few questions for all tables.
 */
export async function readShapes(
  superuser: Session,
  contract: ParsedContract,
  { keepSequences = false, inTransaction = false, tables }: ShapeOptions = {},
): Promise<Map<string, TableShape>> {
  const asking = { session: superuser, inTransaction };
  const { tenancy } = contract;
  const found = await readColumns(superuser, contract, tables);
  const rows = await askRows<(string | null)[]>(asking, found, ({ table, columns, tenantColumn }) => {
    const texts = columns.map(({ name }) => `${quoteIdentifier(name)}::text`);
    const where = tenantColumn === undefined ? '' : ` where ${isOf(tenantColumn, tenancy!.own)}`;
    return `select array[${texts.join(', ')}] from ${table}${where} order by ${texts[0]!} limit 1`;
  });
  const isolated = found.filter(({ tenantColumn }) => tenantColumn !== undefined);
  const counts = await askRows<number[]>(asking, isolated, ({ table, tenantColumn }) => {
    const count = (tenant: string) => `count(*) filter (where ${isOf(tenantColumn!, tenant)})::int`;
    const { own, other, unknown } = tenancy!;
    return `select array[${[own, other, unknown].map(count).join(', ')}] from ${table}`;
  });
  const fresh = await readFreshValues(
    asking,
    found.map(({ table, columns, tenantColumn }) => ({ table, columns, tenantColumn: tenantColumn?.name })),
    keepSequences,
  );
  const hostile = await readHostile(asking, isolated, tenancy);
  return new Map(
    found.map(({ table, columns, tenantColumn }) => [
      table,
      {
        ...shapeOf(columns, rows.get(table)!, fresh.get(table)!),
        ...(tenantColumn === undefined
          ? {}
          : { tenants: tenantsOf(counts.get(table)!), hostile: hostile.get(tenantColumn.type)! }),
      },
    ]),
  );
}

async function readColumns(
  superuser: Session,
  contract: ParsedContract,
  tables?: ReadonlySet<string>,
): Promise<Found[]> {
  const rows = await superuser.query<ColumnRow>(shapeSql, [
    Object.keys(contract.tables).filter((table) => tables?.has(table) ?? true),
  ]);
  const byTable = new Map<string, ColumnRow[]>();
  for (const row of rows) {
    const columns = byTable.get(row.table);
    if (columns === undefined) {
      byTable.set(row.table, [row]);
    } else {
      columns.push(row);
    }
  }
  return [...byTable].map(([table, columns]) => ({
    table,
    columns,
    tenantColumn: isTenantIsolated(contract, table)
      ? columns.find(({ name }) => name === contract.tenancy!.column)
      : undefined,
  }));
}

/** One answer for each table; rejects with the server's words where a table does not give it. */
async function askRows<T>(
  asking: Asking,
  tables: readonly Found[],
  queryOf: (table: Found) => string,
): Promise<Map<string, T | null>> {
  const queries = tables.map(queryOf);
  const answers = await askAll<T>(asking, queries);
  const refused = answers.indexOf(undefined);
  if (refused !== -1) {
    await asking.session.query(queries[refused]!);
  }
  return new Map(tables.map(({ table }, index) => [table, answers[index] ?? null]));
}

function isOf({ name }: Column, tenant: string): string {
  return `${quoteIdentifier(name)}::text = ${quoteLiteral(tenant)}`;
}

function tenantsOf(counts: readonly number[] | null): NonNullable<TableShape['tenants']> {
  const [own = 0, other = 0, unknown = 0] = counts ?? [];
  return { own, other, unknown };
}

/** The hostile values, by type of the tenant's column. */
async function readHostile(
  asking: Asking,
  isolated: readonly Found[],
  tenancy: Tenancy | undefined,
): Promise<Map<string, string[]>> {
  const values = new Map<string, string[]>();
  for (const type of new Set(isolated.map(({ tenantColumn }) => tenantColumn!.type))) {
    values.set(type, await hostileValuesOf(asking, type, tenancy!));
  }
  return values;
}

function shapeOf(
  columns: readonly ColumnRow[],
  texts: readonly (string | null)[] | null,
  fresh: Record<string, string>,
): TableShape {
  const { updatable, partitioned, is_view, referring } = columns[0]!;
  const row = emptyRecord<string | null>();
  columns.forEach(({ name }, index) => {
    if (texts !== null) {
      row[name] = texts[index] ?? null;
    }
  });
  const literals = (of: readonly Column[], values: Record<string, string | null>) =>
    Object.assign(
      emptyRecord(),
      Object.fromEntries(of.map(({ name, type }) => [name, literal(values[name] ?? null, type)])),
    );
  return {
    ...{ updatable, partitioned, is_view, referring },
    columns: [...columns],
    row: texts === null ? emptyRecord() : literals(columns, row),
    fresh: literals(
      columns.filter(({ name }) => fresh[name] !== undefined),
      fresh,
    ),
    text: { row, fresh },
  } as TableShape;
}

function literal(value: string | null, type: string): string {
  return value === null ? 'null' : `${quoteLiteral(value)}::${type}`;
}
