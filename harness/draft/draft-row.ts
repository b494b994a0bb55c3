import { nameParts } from '../catalog/identifiers.ts';
import { joined, sql, type RawName, type SqlText } from '../common/sql.ts';
import type { ServerError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { clockColumns, readsClock, timeIn } from './clock.ts';
import { fittingRow, literal, type SeedValue } from './fitting-row.ts';
import { columnsOfKey, keyOf } from './refused-key.ts';
import { SeedDocument } from './seed-document.ts';
import { seedText } from './seed-values.ts';
import type { SeedColumn, TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';
import type { TenantValues } from './tenant-values.ts';

/** The texts of an existing row, by column. */
export type SeedRow = ReadonlyMap<RawName, string>;

/** Whose rows are made: values of the tenant, and the settings by which a session becomes that tenant. */
export interface SeedTenant {
  name: string;
  values: TenantValues;
  settings?: Readonly<Record<string, string>>;
  /** Set for a further row in a table. */
  again?: string;
}

/** What is known when a row is made. */
export interface SeedGround {
  /** Columns that hold a value of the tenant, and those that foreign keys tie to one. */
  told: TenantColumns;
  spread: TenantColumns;
  /** Existing rows, by tenant and table. */
  rows: ReadonlyMap<string, SeedRow>;
  /** What rows that are there say of one that is still to come, by tenant and table; undefined if none may wait for another. */
  promised: Map<string, Map<RawName, string>> | undefined;
}

/** Values for a row of one table for one tenant. They change after each error of the server. */
export class DraftRow {
  readonly #table: TableColumns;
  readonly #tenant: SeedTenant;
  readonly #isFull: boolean;
  readonly #row = new Map<RawName, SeedValue>();
  /** Columns whose value is not free, with the other values that each may have. */
  readonly #bound = new Map<RawName, SeedValue[]>();
  readonly #refused: Map<RawName, SeedValue>[] = [];
  readonly #document: SeedDocument;
  /** Columns that are written although the time is their default. */
  readonly #timed: ReadonlySet<RawName>;
  readonly #hasClock: boolean;

  /** `isFull`: with a value for each text and document that may be empty, too. */
  constructor(table: TableColumns, tenant: SeedTenant, ground: SeedGround, isFull: boolean) {
    const { told, spread, rows } = ground;
    this.#table = table;
    this.#tenant = tenant;
    this.#isFull = isFull;
    this.#timed = clockColumns(table);
    this.#hasClock = table.checks.some(({ definition }) => readsClock(definition));
    this.#document = new SeedDocument(table.onInsert, `${table.table} ${tenant.name}`);
    for (const key of table.foreignKeys) {
      this.#follow(key, rows);
    }
    // A further row is not the one that was promised.
    for (const [name, value] of (tenant.again === undefined
      ? ground.promised?.get(`${tenant.name} ${table.table}`)
      : undefined) ?? []) {
      this.#row.set(name, value);
      this.#bound.set(name, []);
    }
    for (const column of table.columns.filter(({ generated }) => !generated)) {
      const value = tenant.values[spread.get(table.table)?.get(column.name) ?? ''];
      if (value !== undefined) {
        this.#row.set(column.name, value);
        if (told.get(table.table)?.has(column.name) === true || !this.#bound.has(column.name)) {
          this.#bound.set(column.name, []);
        }
      } else if (!this.#row.has(column.name) && (this.#isNeeded(column) || (isFull && column.category === 'S'))) {
        this.#fill(column, '');
      } else if (this.#timed.has(column.name) && !this.#row.has(column.name)) {
        this.#row.set(column.name, timeIn(column) ?? seedText(column, column.name));
      }
    }
    if (isFull) {
      this.#fillDocuments();
    }
    table.foreignKeys.filter(({ parent }) => parent === table.table).forEach((key) => this.#referToItself(key));
  }

  /** A key to the own table that must have a value leads to the row itself. */
  #referToItself({ columns, parent_columns }: TableColumns['foreignKeys'][number]): void {
    const isRequired = (name: RawName) => this.#table.columns.some((one) => one.name === name && one.required);
    for (const [at, column] of columns.every(isRequired) ? columns.entries() : []) {
      this.#row.set(column, this.#row.get(parent_columns[at]!));
      this.#bound.set(column, []);
    }
  }

  /** Takes the parent's row of the tenant; a key may lead to another row that differs in one column, or nowhere where it may be null. */
  #follow({ columns, parent, parent_columns }: TableColumns['foreignKeys'][number], rows: SeedGround['rows']): void {
    const known = rows.get(`${this.#tenant.name} ${parent}`);
    for (const [at, column] of columns.entries()) {
      const valueIn = (row: SeedRow | undefined) => row?.get(parent_columns[at]!);
      const value = valueIn(known);
      if (value === undefined) {
        continue;
      }
      const mayBeNull = this.#table.columns.some(({ name, required }) => name === column && !required);
      const others = [...rows].filter(
        ([of, row]) =>
          of.endsWith(` ${parent}`) &&
          parent_columns.every((one, at_) => at_ === at || row.get(one) === known?.get(one)),
      );
      this.#row.set(column, value);
      this.#bound.set(column, [
        ...(mayBeNull ? [null] : []),
        ...others.flatMap(([, row]) => valueIn(row) ?? []).filter((one) => one !== value),
      ]);
    }
  }

  #isNeeded(column: SeedColumn): boolean {
    const isKey = this.#table.uniqueColumns.includes(column.name);
    return isKey || (column.required && !column.has_default && !column.identity);
  }

  #fill(column: SeedColumn, again: string): void {
    const text = seedText(
      column,
      `${this.#table.table} ${column.name} ${this.#tenant.name}${this.#tenant.again ?? ''}${again}`,
    );
    if (text !== undefined) {
      this.#row.set(column.name, text);
    }
  }

  #fillDocuments(): void {
    const documents = this.#table.columns.filter(({ name, base }) => /^jsonb?$/.test(base) && !this.#bound.has(name));
    for (const { name } of this.#document.isEmpty ? [] : documents) {
      this.#row.set(name, this.#document.text());
    }
  }

  /** Whether the value of a column comes from the tenant or the parent. */
  isBound(column: RawName): boolean {
    return this.#bound.has(column);
  }

  valueOf(column: RawName): SeedValue {
    return this.#row.get(column);
  }

  statement(): SqlText {
    const columns = this.#table.columns.filter(({ name }) => this.#row.has(name));
    const table = this.#table.table;
    if (columns.length === 0) {
      return sql`insert into ${table} default values`;
    }
    const names = joined(columns.map(({ quoted }) => quoted));
    const values = joined(columns.map(({ name }) => literal(this.#row.get(name))));
    const overriding = columns.some(({ identity }) => identity) ? sql` overriding system value` : sql``;
    return sql`insert into ${table} (${names})${overriding} values (${values})`;
  }

  /** Whether an error is not about the row alone: a function raised it, or it is about another table. */
  isOfTrigger({ where, table }: ServerError): boolean {
    return where !== undefined || (table !== undefined && table !== nameParts(this.#table.table).at(-1));
  }

  /** Changes the row after the server's error number `attempt`; false if nothing more can be tried. */
  async mend(session: Session, fault: ServerError, attempt: number): Promise<boolean> {
    if (this.#isFull && this.#document.change(fault.message)) {
      this.#fillDocuments();
      return true;
    }
    const free = this.#table.columns.filter(
      ({ name }) => typeof this.#row.get(name) === 'string' && !this.#bound.has(name),
    );
    switch (fault.sqlstate) {
      case '23502': {
        const named = this.#table.columns.find(({ name }) => name === fault.column);
        if (named === undefined || this.#row.has(named.name)) {
          return false;
        }
        this.#fill(named, '');
        return this.#row.has(named.name);
      }
      case '22001':
        for (const { name } of free.filter(({ category }) => category === 'S')) {
          const text = this.#row.get(name)!;
          this.#row.set(name, text.replace(/^.* /, '').slice(0, Math.max(1, 8 - 2 * attempt)));
        }
        return true;
      case '22003':
        for (const { name } of free.filter(({ category }) => category === 'N')) {
          this.#row.set(name, String(1 + attempt));
        }
        return true;
      case '22000': {
        // The end of a range is before its beginning.
        const ends = free.filter(({ category }) => category === 'D' || category === 'N');
        ends.forEach((column) => this.#fill(column, ` ${attempt}`));
        return ends.length > 0;
      }
      case '23514':
        return this.#fit(session);
      case '23505':
      case '23P01':
        return (
          !this.isOfTrigger(fault) &&
          this.#takeOthers(free, columnsOfKey(keyOf(fault) ?? [], this.#table.columns), attempt)
        );
      default:
        return false;
    }
  }

  /** Sets other values in a refused key; in all columns if none of the key is free. */
  #takeOthers(free: readonly SeedColumn[], key: readonly RawName[], attempt: number): true {
    this.#refused.push(new Map(key.map((name) => [name, this.#row.get(name)])));
    const inKey = free.filter(({ name }) => key.includes(name));
    for (const column of inKey.length > 0 ? inKey : free) {
      this.#fill(column, ` ${attempt}`);
    }
    return true;
  }

  /** Where a CHECK reads the clock, a row that fits today is changed into one that still fits in years to come, if there is one. */
  async prepare(session: Session): Promise<void> {
    if (this.#hasClock) {
      this.#change(await this.#fitting(session, true));
    }
  }

  /** Takes another row that the CHECKs accept; false if there is none, or it is the same. */
  async #fit(session: Session): Promise<boolean> {
    return this.#change(
      (this.#hasClock ? await this.#fitting(session, true) : undefined) ?? (await this.#fitting(session, false)),
    );
  }

  #fitting(session: Session, lasts: boolean): ReturnType<typeof fittingRow> {
    const given = { table: this.#table, row: this.#row, bound: this.#bound, refused: this.#refused };
    return fittingRow(session, { ...given, told: this.#timed, lasts });
  }

  #change(values: ReadonlyMap<RawName, SeedValue> | undefined): boolean {
    for (const [name, value] of values ?? []) {
      if (value === undefined) {
        this.#row.delete(name);
      } else {
        this.#row.set(name, value);
      }
    }
    return values !== undefined && values.size > 0;
  }
}
