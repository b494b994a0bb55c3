import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { serverError, type ServerError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { parentsFirst, withKeys } from './seed-order.ts';
import { candidates, seedText } from './seed-values.ts';
import type { SeedColumn, TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';
import type { TenantValues } from './tenant-values.ts';

/** Rows of two tenants that the constraints of a database take, tried there. */
export interface DraftSeeds {
  /** INSERT statements in the order in which they can be run. */
  statements: SqlText[];
  /** Tables for which no row was found that their constraints take, each with what the server said. */
  unfilled: { table: SqlName; reason: string }[];
}

type Row = Map<string, string>;

/** How often a row is put right after what the server said of it. */
const mostTries = 25;

/**
 * Finds a row a tenant for each table, parents first, by trying it in the transaction that `session` is in.
 */
export async function draftSeeds(
  session: Session,
  tables: ReadonlyMap<SqlName, TableColumns>,
  tenantColumns: TenantColumns,
  tenants: readonly { name: string; values: TenantValues }[],
): Promise<DraftSeeds> {
  const spread = withKeys(tables, tenantColumns);
  const seeds: DraftSeeds = { statements: [], unfilled: [] };
  const rows = new Map<string, Row>();
  for (const table of parentsFirst(tables)) {
    // What migrations filled is theirs: reference data, or the book of the tool that runs them.
    const filled = spread.has(table.table) ? undefined : await rowOf(session, table);
    for (const tenant of tenants) {
      if (filled !== undefined) {
        rows.set(`${tenant.name} ${table.table}`, filled);
        continue;
      }
      const seed = new Seed(table, tenant, spread, rows);
      const made = await seed.find(session);
      if (typeof made === 'object') {
        seeds.statements.push(...(made.statement === undefined ? [] : [made.statement]));
        rows.set(`${tenant.name} ${table.table}`, made.row);
      } else {
        seeds.unfilled.push({ table: table.table, reason: made });
        break;
      }
    }
  }
  return seeds;
}

/** A row that is there already; undefined where there is none. */
async function rowOf(session: Session, { table, columns }: TableColumns): Promise<Row | undefined> {
  const texts = columns.map(({ quoted }) => sql`${quoted}::text as ${quoted}`);
  const [row] =
    texts.length === 0
      ? []
      : await session.query<Record<string, string | null>>(sql`select ${joined(texts)} from ${table} limit 1`);
  return row === undefined
    ? undefined
    : new Map(Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== null));
}

/** A row of one table for one tenant, on its way to one that the server takes. */
class Seed {
  readonly #table: TableColumns;
  readonly #tenant: { name: string; values: TenantValues };
  readonly #row: Row = new Map();
  readonly #left = new Map<string, string[]>();
  readonly #fixed = new Set<string>();

  constructor(
    table: TableColumns,
    tenant: { name: string; values: TenantValues },
    tenantColumns: TenantColumns,
    rows: ReadonlyMap<string, Row>,
  ) {
    this.#table = table;
    this.#tenant = tenant;
    for (const { columns, parent, parent_columns } of table.foreignKeys) {
      const known = rows.get(`${tenant.name} ${parent}`);
      columns.forEach((column, at) => {
        const value = known?.get(parent_columns[at]!);
        if (value !== undefined) {
          this.#row.set(column, value);
          this.#fixed.add(column);
        }
      });
    }
    for (const column of table.columns.filter(({ generated }) => !generated)) {
      const value = tenant.values[tenantColumns.get(table.table)?.get(column.name) ?? ''];
      if (value !== undefined) {
        this.#row.set(column.name, value);
        this.#fixed.add(column.name);
      } else if (!this.#row.has(column.name) && this.#isNeeded(column)) {
        this.#fill(column, '');
      }
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
  async find(session: Session): Promise<{ statement?: SqlText; row: Row } | string> {
    let said = '';
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      const statement = this.#statement();
      try {
        await session.script(sql`savepoint seed`);
        await session.script(statement);
        await session.script(sql`release savepoint seed`);
        return { statement, row: this.#row };
      } catch (error) {
        await session.script(sql`rollback to savepoint seed`);
        const fault = serverError(error);
        if (fault === undefined) {
          throw error;
        }
        said = fault.message;
        if (fault.sqlstate === '23505' && this.#isThere(fault)) {
          return { row: this.#row };
        }
        if (!(await this.#mend(fault, attempt))) {
          return said;
        }
      }
    }
    return said;
  }

  /** Whether a row with the values that cannot be others is there, as one that a trigger made. */
  #isThere({ detail }: ServerError): boolean {
    const [, columns] = /^Key \((.*?)\)=/.exec(detail ?? '') ?? [];
    return columns?.split(', ').every((column) => this.#fixed.has(column.replaceAll('"', ''))) === true;
  }

  /** Changes the row after what the server said; false where nothing more can be tried. */
  async #mend({ sqlstate, column, message }: ServerError, attempt: number): Promise<boolean> {
    const named = this.#table.columns.find(({ name }) => name === column);
    if (sqlstate === '23502' && named !== undefined && !this.#row.has(named.name)) {
      this.#fill(named, '');
      return this.#row.has(named.name);
    }
    if (sqlstate === '22001') {
      for (const { name, category } of this.#table.columns) {
        const text = this.#row.get(name);
        if (category === 'S' && text !== undefined && !this.#fixed.has(name)) {
          this.#row.set(name, text.replace(/^.* /, '').slice(0, Math.max(1, 8 - 2 * attempt)));
        }
      }
      return true;
    }
    if (sqlstate === '23514') {
      return this.#nextCandidate(message);
    }
    if (sqlstate === '22003') {
      for (const { name, category } of this.#table.columns) {
        if (category === 'N' && this.#row.has(name) && !this.#fixed.has(name)) {
          this.#row.set(name, String(1 + attempt));
        }
      }
      return true;
    }
    if (sqlstate === '23505' || sqlstate === '23P01') {
      for (const one of this.#table.columns.filter(({ name }) => this.#row.has(name) && !this.#fixed.has(name))) {
        this.#fill(one, ` ${attempt}`);
      }
      return true;
    }
    return false;
  }

  /** Another value that the CHECK constraint may ask for, in one of its columns after the other. */
  async #nextCandidate(message: string): Promise<boolean> {
    const [, domain] = /domain (\S+) violates/.exec(message) ?? [];
    const [, constraint] = /check constraint "(.*)"/.exec(message) ?? [];
    const { checks, partitionCondition } = this.#table;
    const conditions = message.includes('partition constraint')
      ? [partitionCondition ?? '']
      : checks.filter(({ name }) => name === constraint).map(({ definition }) => definition);
    for (const column of this.#table.columns) {
      const asked =
        domain === undefined
          ? conditions.filter((condition) => condition.includes(column.name))
          : column.type.endsWith(domain)
            ? column.domain_checks
            : [];
      if (asked.length === 0 || this.#fixed.has(column.name) || column.generated) {
        continue;
      }
      const key = `${constraint ?? ''} ${column.name}`;
      const [next, ...rest] = this.#left.get(key) ?? (await candidates(asked, column));
      this.#left.set(key, rest);
      if (next !== undefined) {
        this.#row.set(column.name, next);
        return true;
      }
    }
    return false;
  }

  #statement(): SqlText {
    const columns = this.#table.columns.filter(({ name }) => this.#row.has(name));
    const table = this.#table.table;
    if (columns.length === 0) {
      return sql`insert into ${table} default values`;
    }
    const names = joined(columns.map(({ quoted }) => quoted));
    const values = joined(columns.map(({ name }) => quoteLiteral(this.#row.get(name)!)));
    const overriding = columns.some(({ identity }) => identity) ? sql` overriding system value` : sql``;
    return sql`insert into ${table} (${names})${overriding} values (${values})`;
  }
}
