import { joined, sql, type RawName, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { fittingRow, type SeedValue } from './fitting-row.ts';
import { seedText } from './seed-values.ts';
import type { SeedColumn, TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';
import type { TenantValues } from './tenant-values.ts';

/** The texts of a row that is there, by column. */
export type SeedRow = ReadonlyMap<RawName, string>;

/** What is known when a row is made. */
export interface SeedGround {
  /** Columns that hold a value of the tenant, and those that foreign keys tie to one as well. */
  told: TenantColumns;
  spread: TenantColumns;
  /** Rows that are there, by tenant and table. */
  rows: ReadonlyMap<string, SeedRow>;
}

/** How often a row is put right after what the server said of it. */
const mostTries = 25;

/** A row of one table for one tenant, on its way to one that the server takes. */
export class Seed {
  readonly #table: TableColumns;
  readonly #tenant: { name: string; values: TenantValues };
  readonly #row = new Map<RawName, SeedValue>();
  /** Columns that are not free, with what else each may be. */
  readonly #bound = new Map<RawName, SeedValue[]>();
  readonly #refused: Map<RawName, SeedValue>[] = [];

  constructor(table: TableColumns, tenant: { name: string; values: TenantValues }, { told, spread, rows }: SeedGround) {
    this.#table = table;
    this.#tenant = tenant;
    for (const key of table.foreignKeys) {
      this.#follow(key, rows);
    }
    for (const column of table.columns.filter(({ generated }) => !generated)) {
      const value = tenant.values[spread.get(table.table)?.get(column.name) ?? ''];
      if (value !== undefined) {
        this.#row.set(column.name, value);
        if (told.get(table.table)?.has(column.name) === true || !this.#bound.has(column.name)) {
          this.#bound.set(column.name, []);
        }
      } else if (!this.#row.has(column.name) && this.#isNeeded(column)) {
        this.#fill(column, '');
      }
    }
  }

  /** Takes the parent's row of the tenant; a key of one column may lead to another's, or nowhere where it may be null. */
  #follow({ columns, parent, parent_columns }: TableColumns['foreignKeys'][number], rows: SeedGround['rows']): void {
    const known = rows.get(`${this.#tenant.name} ${parent}`);
    for (const [at, column] of columns.entries()) {
      const valueIn = (row: SeedRow | undefined) => row?.get(parent_columns[at]!);
      const value = valueIn(known);
      if (value === undefined) {
        continue;
      }
      const mayBeNull = this.#table.columns.some(({ name, required }) => name === column && !required);
      const others = columns.length > 1 ? [] : [...rows].filter(([of]) => of.endsWith(` ${parent}`));
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
    const text = seedText(column, `${this.#table.table} ${column.name} ${this.#tenant.name}${again}`);
    if (text !== undefined) {
      this.#row.set(column.name, text);
    }
  }

  /** The row and the statement that made it, where it was not there already; or the server's last words. */
  async find(session: Session): Promise<{ statement?: SqlText; row: SeedRow } | string> {
    let said = '';
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      const statement = this.#statement();
      try {
        await session.script(sql`savepoint seed`);
        await session.script(statement);
        await session.script(sql`release savepoint seed`);
        return { statement, row: this.#texts() };
      } catch (error) {
        await session.script(sql`rollback to savepoint seed`);
        const fault = serverError(error);
        if (fault === undefined) {
          throw error;
        }
        said = fault.message;
        if (fault.sqlstate === '23505' && this.#isThere(fault)) {
          return { row: this.#texts() };
        }
        if (!(await this.#mend(session, fault, attempt))) {
          return said;
        }
      }
    }
    return said;
  }

  #texts(): SeedRow {
    return new Map([...this.#row].filter((entry): entry is [RawName, string] => typeof entry[1] === 'string'));
  }

  /** Whether a row with the values that cannot be others is there, as one that a trigger made. */
  #isThere(fault: ServerError): boolean {
    return keyOf(fault)?.every((column) => this.#bound.has(column)) === true;
  }

  /** Changes the row after what the server said; false where nothing more can be tried. */
  async #mend(session: Session, fault: ServerError, attempt: number): Promise<boolean> {
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
      case '23514':
        return this.#fit(session);
      case '23505':
      case '23P01': {
        const key = keyOf(fault) ?? [];
        this.#refused.push(new Map(key.map((name) => [name, this.#row.get(name)])));
        const inKey = free.filter(({ name }) => key.includes(name));
        for (const column of inKey.length > 0 ? inKey : free) {
          this.#fill(column, ` ${attempt}`);
        }
        return true;
      }
      default:
        return false;
    }
  }

  /** Another row that the CHECKs take; false where there is none, or it is the same. */
  async #fit(session: Session): Promise<boolean> {
    const changed = await fittingRow(session, {
      table: this.#table,
      row: this.#row,
      bound: this.#bound,
      refused: this.#refused,
    });
    for (const [name, value] of changed ?? []) {
      if (value === undefined) {
        this.#row.delete(name);
      } else {
        this.#row.set(name, value);
      }
    }
    return changed !== undefined && changed.size > 0;
  }

  #statement(): SqlText {
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
}

function literal(value: SeedValue): SqlText {
  return value == null ? sql`null` : quoteLiteral(value);
}

/** The columns of the key that the server names; undefined where it names none. */
function keyOf({ detail }: ServerError): RawName[] | undefined {
  const [, columns] = /^Key \((.*?)\)=/.exec(detail ?? '') ?? [];
  return columns?.split(', ').map((column) => column.replaceAll('"', ''));
}
