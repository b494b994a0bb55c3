import { sql, type RawName, type SqlName, type SqlText } from '../../common/sql.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { identityOf, tenantsOf } from '../../contract/sessions.ts';
import type { Asker, RowConditions } from '../../attempts/row-conditions.ts';
import type { Column } from '../../attempts/table-shape.ts';

/** Which rows of tables the own tenant has, and which are hidden from it, according to `rows` in the contract. */
export class HiddenRows {
  readonly #conditions: RowConditions;
  readonly #columns: ReadonlyMap<string, readonly Pick<Column, 'name' | 'category'>[]>;
  readonly #own: Asker;
  readonly #other: Asker;

  constructor(
    contract: ParsedContract,
    conditions: RowConditions,
    columns: ReadonlyMap<string, readonly Pick<Column, 'name' | 'category'>[]>,
  ) {
    const { own, other } = tenantsOf(contract)!;
    this.#conditions = conditions;
    this.#columns = columns;
    this.#own = { record: own, identity: identityOf(contract, 'own') ?? '' };
    this.#other = { record: other, identity: identityOf(contract, 'other') ?? '' };
  }

  /** Tables with rows of several tenants. */
  tables(): SqlName[] {
    return [...this.#columns.keys()].filter((table) => this.isKnown(table));
  }

  isKnown(table: string): boolean {
    const kind = this.#conditions.ruleOf(table)?.kind;
    return kind === 'column' || kind === 'sql' || kind === 'via';
  }

  /** The column that alone says who owns a row, and holds one tenant. */
  columnOf(table: string): RawName | undefined {
    const rule = this.#conditions.ruleOf(table);
    return rule?.kind === 'column' &&
      this.#columns.get(table)?.find(({ name }) => name === rule.column)?.category !== 'A'
      ? rule.column
      : undefined;
  }

  /** What that column holds for the other tenant. */
  otherValueOf(table: string): string | undefined {
    return this.columnOf(table) === undefined
      ? undefined
      : (this.#other.record[this.#conditions.rootOf(table)!.is] ?? undefined);
  }

  /** Columns that are equal only in rows of the same tenant; undefined if there are none. */
  wholeOf(table: string): readonly RawName[] | undefined {
    const column = this.columnOf(table);
    return column !== undefined
      ? [column]
      : this.#conditions.ruleOf(table)?.kind === 'via'
        ? this.columnsOf(table)
        : undefined;
  }

  /** Columns that say who owns a row. */
  columnsOf(table: string): readonly RawName[] {
    return this.#conditions.columnsOf(table);
  }

  /** The own tenant's rows of a table, with their places. */
  ownOf(table: SqlName): SqlText {
    return rowsOf(table, this.#conditions.of(table, this.#own));
  }

  /** The other tenant's rows that are neither the own tenant's nor open. */
  hiddenOf(table: SqlName): SqlText {
    const own = sql`(${this.#conditions.of(table, this.#own)}) or (${this.#conditions.openOf(table, this.#own)})`;
    return rowsOf(table, sql`(${this.#conditions.of(table, this.#other)}) and (${own}) is not true`);
  }
}

/** The condition stands alone in the subquery: its names are the table's. */
function rowsOf(table: SqlName, condition: SqlText): SqlText {
  return sql`(select ctid, * from ${table} where ${condition})`;
}
