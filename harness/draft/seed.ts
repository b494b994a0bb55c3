import { nameParts } from '../catalog/identifiers.ts';
import { joined, sql, type RawName, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { DraftRow, type SeedGround, type SeedRow, type SeedTenant } from './draft-row.ts';
import { literal } from './fitting-row.ts';
import { keyOf } from './refused-key.ts';
import type { SeedColumn, TableColumns } from './tables.ts';

type ForeignKey = TableColumns['foreignKeys'][number];

/** An existing row, and the statements that made it: none if it existed before. */
export interface Made {
  statements: SqlText[];
  row: SeedRow;
}

/** Why there is no row; `inTrigger` if the cause is not the row alone. */
interface Refusal {
  said: string;
  inTrigger: boolean;
}

/** How often a row is changed after an error of the server. */
const mostTries = 25;

/** Makes a row of one table for one tenant in the session's current transaction. */
export class Seed {
  readonly #table: TableColumns;
  readonly #tenant: SeedTenant;
  readonly #ground: SeedGround;

  constructor(table: TableColumns, tenant: SeedTenant, ground: SeedGround) {
    this.#table = table;
    this.#tenant = tenant;
    this.#ground = ground;
  }

  /**
   * The row, or the server's error for the first one that was tried. If triggers refuse it, it is also tried as the tenant and
   * with more values.
   */
  async find(session: Session): Promise<Made | string> {
    const settings = Object.entries(this.#tenant.settings ?? {});
    const said: string[] = [];
    for (const isFull of [false, true]) {
      for (const set of settings.length === 0 ? [[]] : [[], settings]) {
        const made = await this.#try(session, new DraftRow(this.#table, this.#tenant, this.#ground, isFull), set);
        if ('row' in made) {
          return made;
        }
        said.push(made.said);
        if (!made.inTrigger) {
          return said[0]!;
        }
      }
    }
    return said[0]!;
  }

  async #try(session: Session, row: DraftRow, settings: readonly [string, string][]): Promise<Made | Refusal> {
    const set = (name: string, value: string) =>
      sql`select set_config(${quoteLiteral(name)}, ${quoteLiteral(value)}, true)`;
    const before = settings.map(([name, value]) => set(name, value));
    const after = settings.map(([name]) => set(name, ''));
    const waiting: ForeignKey[] = [];
    await row.prepare(session);
    for (let attempt = 0; ; attempt += 1) {
      await session.script(sql`savepoint seed`);
      try {
        await session.script(joined(before, ';'));
        const made = await this.#inserted(session, row);
        if (typeof made === 'string') {
          await session.script(sql`rollback to savepoint seed`);
          return { said: made, inTrigger: true };
        }
        await session.script(joined([...after, sql`release savepoint seed`], ';'));
        this.#table.foreignKeys.filter((key) => this.#mayWait(key)).forEach((key) => this.#promise(key, made));
        return { statements: [...before, row.statement(), ...after], row: made };
      } catch (error) {
        await session.script(sql`rollback to savepoint seed`);
        const fault = serverError(error);
        if (fault === undefined) {
          throw error;
        }
        const key = fault.sqlstate === '23505' ? keyOf(fault) : undefined;
        const there = key?.every((column) => row.isBound(column)) === true ? await this.#there(session, row, key) : undefined; // prettier-ignore
        if (there !== undefined) {
          return { statements: [], row: there };
        }
        const waits = this.#table.foreignKeys.find(
          (key) => this.#mayWait(key) && nameParts(key.deferrable!).at(-1) === fault.constraint,
        );
        if (fault.sqlstate === '23503' && waits !== undefined && !waiting.includes(waits)) {
          waiting.push(waits);
          before.push(sql`set constraints ${waits.deferrable!} deferred`);
          continue;
        }
        if (attempt >= mostTries || !(await row.mend(session, fault, attempt))) {
          return { said: fault.message, inTrigger: row.isOfTrigger(fault) };
        }
      }
    }
  }

  /** Whether the server would wait for the parent’s row, which is still to come. */
  #mayWait({ deferrable, parent }: ForeignKey): boolean {
    const { rows, promised } = this.#ground;
    return deferrable != null && promised !== undefined && !rows.has(`${this.#tenant.name} ${parent}`);
  }

  /** Holds what the parent's row must have, which the row that is there refers to. */
  #promise({ columns, parent, parent_columns }: ForeignKey, made: SeedRow): void {
    const name = `${this.#tenant.name} ${parent}`;
    const values = columns.flatMap((column, at): [RawName, string][] => {
      const value = made.get(column);
      return value === undefined ? [] : [[parent_columns[at]!, value]];
    });
    if (values.length === columns.length) {
      this.#ground.promised?.set(name, new Map([...(this.#ground.promised.get(name) ?? []), ...values]));
    }
  }

  /** The row as the server stores it, or in words why it is not the given one. */
  async #inserted(session: Session, row: DraftRow): Promise<SeedRow | string> {
    const { table, columns, uniqueColumns } = this.#table;
    const told = columns.filter(({ name }) => this.#ground.told.get(table)?.has(name) === true);
    const kept = joined([sql`true`, ...told.map((column) => isStill(column, row))], ' and ');
    const [made] = await session.query<Record<string, string | null>>(
      sql`${row.statement()} returning ${joined([...columns.map(asText), sql`(${kept})::text as "kept as given"`])}`,
    );
    if (made === undefined) {
      // A trigger may have moved it into a child of the table.
      return (
        (await this.#there(session, row, uniqueColumns)) ?? 'no row came of an INSERT: a trigger or a rule took it'
      );
    }
    const { 'kept as given': isKept, ...texts } = made;
    return isKept === 'true' ? textsOf(texts) : 'a trigger or a rule put another value in the place of the tenant’s';
  }

  /** A row with the values of some columns, for example one that a trigger made. */
  async #there(session: Session, row: DraftRow, names: readonly RawName[]): Promise<SeedRow | undefined> {
    const { table, columns } = this.#table;
    const key = columns.filter(({ name }) => names.includes(name));
    if (key.length === 0) {
      return undefined;
    }
    const [there] = await session.query<Record<string, string | null>>(
      sql`select ${joined(columns.map(asText))} from ${table} where ${joined(key.map((column) => isStill(column, row)), ' and ')} limit 1`, // prettier-ignore
    );
    return there && textsOf(there);
  }
}

function isStill({ name, quoted }: SeedColumn, row: DraftRow): SqlText {
  return sql`${quoted} is not distinct from ${literal(row.valueOf(name))}`;
}

function asText({ quoted }: SeedColumn): SqlText {
  return sql`${quoted}::text as ${quoted}`;
}

/** The columns of a row that are not NULL. */
export function textsOf(row: Readonly<Record<string, string | null>>): SeedRow {
  return new Map(Object.entries(row).filter((entry): entry is [string, string] => entry[1] !== null));
}
