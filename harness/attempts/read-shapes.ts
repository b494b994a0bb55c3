import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import { indexBy } from '../common/index-by.ts';
import { bareRecord, emptyRecord } from '../common/records.ts';
import type { ParsedContract, TableContract } from '../contract/contract.ts';
import { wholeTenantOf } from '../contract/rows.ts';
import { identityOf, tenantsOf, type TenantRecord } from '../contract/sessions.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import type { Asking } from './ask-all.ts';
import { askAsTenant } from './ask-as-tenant.ts';
import { askByHand, type Question } from './ask-by-hand.ts';
import { readFreshValues } from './fresh-values.ts';
import { Hands } from './hands.ts';
import { RowConditions, type AnyRule } from './row-conditions.ts';
import { rowNamesOf } from './row-names.ts';
import type { RowNames } from './row-set.ts';
import { readTenantRows } from './tenant-rows.ts';
import type { Column, TableShape } from './table-shape.ts';
import { asKeptBelow } from './view-rules.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const shapeSql = readLookup(new URL('sql/table-shape.sql', import.meta.url));

type Relation = Pick<TableShape, 'updatable' | 'merges' | 'partitioned' | 'is_view' | 'referring'>;
type ColumnRow = Column & Relation & { table: SqlName } & Record<string, unknown>;

/** A table that exists. */
interface Found {
  table: SqlName;
  columns: readonly ColumnRow[];
  /** Who owns its rows; undefined if the contract does not say it, or nobody owns them. */
  rule: AnyRule | undefined;
  /** The tenant's column, if the contract says that rows have one. */
  tenantColumn: Column | undefined;
  names: RowNames;
}

/** What a row holds, by column, as text. */
type CopiedRow = (string | null)[];

/** How many rows are tried as the row to copy: a policy may refuse one and accept another. */
const mostCopied = 20;

export interface ShapeOptions {
  /** Give a value to each column that a sequence would fill, because no rollback sets a sequence back. */
  keepSequences?: boolean;
  /** Whether the session is in a transaction, which no error may end. */
  inTransaction?: boolean;
  /** Only these tables. @default all */
  tables?: ReadonlySet<string>;
  /** Who reads which table. @default the superuser, whose session it is */
  hands?: Hands;
  /** Sessions of logins that read tables. */
  logins?: ReadonlyMap<string, Session> | undefined;
}

/**
 * Shapes of the contracted tables that exist, with a seeded row, which belongs to the own tenant if rows have owners. Run as
 * superuser, with a few questions for all tables.
 */
export async function readShapes(
  superuser: Session,
  contract: ParsedContract,
  { keepSequences = false, inTransaction = false, tables, hands = Hands.superuser, logins }: ShapeOptions = {},
): Promise<Map<string, TableShape>> {
  const asking: Asking = { session: superuser, inTransaction, hands, logins };
  const tenants = tenantsOf(contract);
  const every = await readColumns(superuser, contract, hasSaidRows(contract) ? undefined : tables);
  const views =
    tenants === undefined || tables !== undefined
      ? []
      : [...every.keys()].filter((table) => isSilent(contract.tables[table]!));
  const conditions = await RowConditions.read(asking, contract, every, views);
  const found = [...every]
    .filter(([table]) => tables?.has(table) ?? true)
    .map(([table, its]): Found => {
      const rule = conditions.ruleOf(table);
      const columns = rule?.kind === 'shown' ? asKeptBelow(its, rule, (below) => every.get(below) ?? []) : its;
      const tenantColumn = rule?.kind === 'column' ? columns.find(({ name }) => name === rule.column) : undefined;
      return { table, columns, rule, tenantColumn, names: rowNamesOf(columns, columns[0]!.is_view === true) };
    });
  const rowOf = ({ table, columns, rule }: Found) => {
    const texts = columns.map(({ name }) => sql`${quoteIdentifier(name)}::text`);
    const isAny = rule === undefined || rule.kind === 'none' || rule.kind === 'tenant';
    const where = isAny ? '' : sql` where ${ownOf(conditions, contract, table)}`;
    return sql`select array_agg(row) from (select array[${joined(texts)}] as row from ${table}${where} order by ${texts[0]!} limit ${mostCopied}) as copied`;
  };
  const rowsOf = (one: Found) => ({ table: one.table, query: rowOf(one), record: recordFor(contract, one.table) });
  const rows = await askRows<CopiedRow[]>(asking, found.map(rowsOf));
  // A view may show rows only to a session with a tenant.
  const bare = found.filter(
    ({ table, columns, rule }) => columns[0]!.is_view && rule !== undefined && !rows.get(table),
  );
  const shown = await askAsTenant<CopiedRow[]>(asking, contract, tenants?.own ?? {}, bare.map(rowsOf));
  bare.forEach(({ table }, index) => rows.set(table, shown[index] ?? null));
  const fresh = await readFreshValues(
    asking,
    found.map(({ table, columns, rule }) => ({
      table,
      columns,
      kept: rule === undefined ? [] : conditions.columnsOf(table),
    })),
    { keepSequences, tenants },
  );
  const tenantRows =
    tenants === undefined ? new Map() : await readTenantRows({ asking, contract, tenants, conditions }, found);
  return new Map(
    found.map(({ table, columns }) => {
      const fault = conditions.faultOf(table);
      return [
        table,
        {
          ...shapeOf(columns, rows.get(table)!, fresh.get(table)!),
          ...(tenantRows.get(table) as Partial<TableShape> | undefined),
          ...(fault === undefined ? {} : { fault }),
        },
      ];
    }),
  );
}

function hasSaidRows({ tables }: ParsedContract): boolean {
  return Object.values(tables).some(({ rows }) => rows !== undefined);
}

/** Whether the contract does not say who owns the rows, as for a view. */
function isSilent({ rows, open, row_security: guarded }: TableContract): boolean {
  return rows === undefined && open === undefined && guarded === 'off';
}

/** The condition for the rows of the own tenant, whoever asks. */
function ownOf(conditions: RowConditions, contract: ParsedContract, table: string): SqlText {
  return conditions.of(table, { record: tenantsOf(contract)!.own, identity: identityOf(contract, 'own') ?? '' });
}

/** The columns of the contracted tables that exist. */
export async function readColumns(
  superuser: Session,
  contract: ParsedContract,
  tables?: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly ColumnRow[]>> {
  const rows = await superuser.query<ColumnRow>(shapeSql, [
    Object.keys(contract.tables).filter((table) => tables?.has(table) ?? true),
  ]);
  return indexBy(rows, ({ table }) => [table]);
}

/** The tenant as which a row of a table is looked for, if a tenant is needed. */
function recordFor(contract: ParsedContract, table: string): TenantRecord | undefined {
  return tenantsOf(contract)?.[wholeTenantOf(contract, table)?.tenant ?? 'own'];
}

/** One answer for each table. Rejects with the server's words if it refuses the superuser. */
async function askRows<T>(asking: Asking, questions: readonly Question[]): Promise<Map<string, T | null>> {
  const answers = await askByHand<T>(asking, questions);
  const refused = answers.indexOf(undefined);
  if (refused !== -1 && asking.hands === Hands.superuser) {
    await asking.session.query(questions[refused]!.query);
  }
  return new Map(questions.map(({ table }, index) => [table, answers[index] ?? null]));
}

function shapeOf(
  columns: readonly ColumnRow[],
  rows: readonly CopiedRow[] | null,
  fresh: Record<string, string>,
): TableShape {
  const { updatable, merges, partitioned, is_view, referring } = columns[0]!;
  const literals = (of: readonly Column[], values: Record<string, string | null>) =>
    bareRecord(of.map(({ name, type }) => [name, literal(values[name] ?? null, type)]));
  const freshLiterals = literals(
    columns.filter(({ name }) => fresh[name] !== undefined),
    fresh,
  );
  const [first = { row: emptyRecord(), text: { row: emptyRecord<string | null>(), fresh } }, ...copies] = (
    rows ?? []
  ).map((texts) => {
    const row = bareRecord(columns.map(({ name }, index) => [name, texts[index] ?? null]));
    return { row: literals(columns, row), text: { row, fresh } };
  });
  return {
    ...{ updatable, merges, partitioned, is_view, referring },
    columns: [...columns],
    ...first,
    copies,
    fresh: freshLiterals,
  } as TableShape;
}

function literal(value: string | null, type: SqlText): SqlText {
  return value === null ? 'null' : sql`${quoteLiteral(value)}::${type}`;
}
