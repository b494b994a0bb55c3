import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import { namesInSql } from '../contract/placeholders.ts';
import { isTenant, rowsRuleOf, type RowsRule } from '../contract/rows.ts';
import { tenantsOf } from '../contract/sessions.ts';
import { sqlParser, type SqlParser } from '../postgres/parsed-sql.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import type { ContextRecord } from './session-parts.ts';
import { isValue } from './is-value.ts';
import type { Asking } from './ask-all.ts';
import type { Column } from './table-shape.ts';
import { filled, isOneOf, namesIn, rowOf } from './row-texts.ts';
import { readViewOrigins, type ViewOrigins } from './view-origins.ts';
import { ruleOfView, type ShownRule } from './view-rules.ts';
import { readLookup } from '../postgres/lookup-by-name.ts';

const foreignKeysSql = readLookup(new URL('sql/foreign-keys.sql', import.meta.url));

/** A foreign key. A row with it belongs to the owner of the row that it refers to. */
interface ForeignKey extends Record<string, unknown> {
  table: SqlName;
  columns: RawName[];
  parent: SqlName;
  parent_columns: RawName[];
}

/** For whom a condition is asked: the values of a tenant, and the role that asks. */
export interface Asker {
  record: ContextRecord;
  identity: string;
}

/** Who owns rows, as the contract says it; for a view, as it says it of the tables below. */
export type AnyRule = RowsRule | ShownRule;

/** SQL conditions for who owns which rows, from the contract's rule for each table. */
export class RowConditions {
  readonly #rules: Map<string, AnyRule>;
  readonly #faults = new Map<string, string>();
  readonly #columns: ReadonlyMap<string, readonly Column[]>;
  readonly #keys: readonly ForeignKey[];
  readonly #contract: ParsedContract;
  readonly #parser: SqlParser;

  private constructor(
    parser: SqlParser,
    contract: ParsedContract,
    rules: Map<string, AnyRule>,
    columns: ReadonlyMap<string, readonly Column[]>,
    keys: readonly ForeignKey[],
  ) {
    this.#parser = parser;
    this.#contract = contract;
    this.#rules = rules;
    this.#columns = columns;
    this.#keys = keys;
    // Without the rule of a parent, the rules that follow it say nothing either.
    for (let fault = this.#nextFault(); fault !== undefined; fault = this.#nextFault()) {
      this.#faults.set(...fault);
      this.#rules.delete(fault[0]);
    }
  }

  /**
   * The conditions for tables with these columns. Foreign keys are read if a rule follows one. `views` may be views; if the
   * contract does not say more, their rows belong to the owners of the rows below.
   */
  static async read(
    asking: Asking,
    contract: ParsedContract,
    columns: ReadonlyMap<string, readonly Column[]>,
    views: readonly SqlName[] = [],
  ): Promise<RowConditions> {
    const rules = new Map<string, RowsRule>();
    for (const [table, its] of columns) {
      if (!isTenantIsolated(contract, table)) {
        continue;
      }
      const rule = rowsRuleOf(contract, table, (column) => its.some(({ name }) => name === column));
      if (rule !== undefined && rule !== 'all') {
        rules.set(table, rule);
      }
    }
    const via = [...rules].filter(([, { kind }]) => kind === 'via').map(([table]) => table);
    const keys = via.length === 0 ? [] : await asking.session.query<ForeignKey>(foreignKeysSql, [via]);
    const conditions = new RowConditions(await sqlParser(), contract, rules, columns, keys);
    // A view can only be judged by tables whose owners of rows are known.
    for (const origins of rules.size === 0 ? [] : await readViewOrigins(asking, views)) {
      conditions.#addView(origins);
    }
    return conditions;
  }

  #addView(origins: ViewOrigins): void {
    const { view } = origins;
    const known = this.#rules.get(view);
    const found = ruleOfView(origins, known?.kind === 'column' ? known : undefined, {
      contract: this.#contract,
      columns: this.#columns,
      // Tables only: the rules of views are not known yet.
      ruleOf: (table) => this.#rules.get(table) as RowsRule | undefined,
      keyOf: (table, columns) => this.#keyOf(table, columns),
    });
    this.#rules.delete(view);
    if (found.fault !== undefined) {
      this.#faults.set(view, found.fault);
    }
    if (found.rule !== undefined) {
      this.#rules.set(view, found.rule);
    }
  }

  /** Who owns the rows of a table; undefined if the contract does not say it. */
  ruleOf(table: string): AnyRule | undefined {
    return this.#rules.get(table);
  }

  /** Columns that say who owns a row. A copy of the row keeps them. */
  columnsOf(table: string): RawName[] {
    const rule = this.#rules.get(table);
    switch (rule?.kind) {
      case 'column':
        return [rule.column];
      case 'via':
        return this.#keyOf(table, rule.columns)?.columns ?? [...rule.columns];
      case 'sql': {
        const words = namesIn(this.#parser, rule.sql);
        return (this.#columns.get(table) ?? []).map(({ name }) => name).filter((name) => words.has(name));
      }
      case 'shown':
        return rule.by.flatMap(({ table: below, shows }) =>
          this.columnsOf(below).flatMap((name) => shows.get(name) ?? []),
        );
      default:
        return [];
    }
  }

  /** The column that says who owns the rows of a table, for a child its parents' column; undefined if no single one does. */
  rootOf(table: string): { column: Column; is: string } | undefined {
    const rule = this.#rules.get(table);
    if (rule?.kind === 'shown') {
      return this.rootOf(rule.by[0].table);
    }
    if (rule?.kind === 'via') {
      const key = this.#keyOf(table, rule.columns);
      return key === undefined ? undefined : this.rootOf(key.parent);
    }
    const column =
      rule?.kind === 'column' ? this.#columns.get(table)?.find(({ name }) => name === rule.column) : undefined;
    return column === undefined ? undefined : { column, is: (rule as { is: string }).is };
  }

  /** Whether the condition depends on the role that asks. */
  asksIdentity(table: string): boolean {
    const rule = this.#rules.get(table);
    const open = this.#contract.tables[table]?.open ?? '';
    if (rule?.kind === 'shown') {
      return rule.by.some((below) => this.asksIdentity(below.table));
    }
    if (rule?.kind === 'via') {
      const key = this.#keyOf(table, rule.columns);
      return key !== undefined && key.parent !== table && this.asksIdentity(key.parent);
    }
    return [rule?.kind === 'sql' ? rule.sql : '', open].some((condition) => namesInSql(condition).includes('identity'));
  }

  /** The condition for the rows of a tenant or role. */
  of(table: string, asker: Asker): SqlText {
    const rule = this.#rules.get(table);
    switch (rule?.kind) {
      case 'column':
        return this.#byColumn(table, rule, asker.record[rule.is] ?? null);
      case 'sql':
        return filled(rule.sql, asker);
      case 'tenant':
        return isTenant(rule, tenantsOf(this.#contract)!, asker.record) ? 'true' : 'false';
      case 'via': {
        const key = this.#keyOf(table, rule.columns);
        if (key === undefined) {
          return 'false';
        }
        // Inside it, unqualified names mean the parent's columns first, as in the parent's own condition.
        return sql`(${rowOf(key.columns)}) in (select ${rowOf(key.parent_columns)} from ${key.parent} where ${this.of(key.parent, asker)})`;
      }
      case 'shown':
        return joined(
          rule.by.map(({ table: below, columns, key }) => isOneOf(columns, below, key, this.of(below, asker))),
          ' and ',
        );
      default:
        return 'false';
    }
  }

  /** The condition for the rows that are open to every session. */
  openOf(table: string, asker: Asker): SqlText {
    const { open } = this.#contract.tables[table] ?? {};
    return open === undefined ? 'false' : filled(open, asker);
  }

  /** What the rule of a table claims and the database contradicts; undefined if nothing. */
  faultOf(table: string): string | undefined {
    return this.#faults.get(table);
  }

  #nextFault(): [table: string, fault: string] | undefined {
    for (const [table, rule] of this.#rules) {
      const fault = this.#faultIn(table, rule);
      if (fault !== undefined) {
        return [table, `${table} ${fault}`];
      }
    }
    return undefined;
  }

  #faultIn(table: string, rule: AnyRule): string | undefined {
    if (rule.kind === 'column') {
      return this.#columns.get(table)!.some(({ name }) => name === rule.column)
        ? undefined
        : `has no column ${rule.column}, by which the contract says whose its rows are`;
    }
    if (rule.kind !== 'via') {
      return undefined;
    }
    const key = this.#keyOf(table, rule.columns);
    if (key === undefined) {
      return `has no foreign key on ${rule.columns.join(', ')}, by which the contract says whose its rows are`;
    }
    if (!this.#rules.has(key.parent)) {
      return `has the rows of ${key.parent}, of which the contract does not say whose they are`;
    }
    return this.#isCircle(table) ? 'says whose its rows are by way of itself' : undefined;
  }

  #isCircle(table: string): boolean {
    const seen = new Set<string>();
    for (let at: string | undefined = table; at !== undefined;) {
      if (seen.has(at)) {
        return true;
      }
      seen.add(at);
      const rule = this.#rules.get(at);
      at = rule?.kind === 'via' ? this.#keyOf(at, rule.columns)?.parent : undefined;
    }
    return false;
  }

  /** The foreign key on exactly these columns, or the only one that contains them. */
  #keyOf(table: string, columns: readonly string[]): ForeignKey | undefined {
    const own = this.#keys.filter((key) => key.table === table);
    const same = own.find(
      (key) => key.columns.length === columns.length && columns.every((one) => key.columns.includes(one)),
    );
    const parts = own.filter((key) => columns.every((one) => key.columns.includes(one)));
    return same ?? (parts.length === 1 ? parts[0] : undefined);
  }

  #byColumn(table: string, { column }: { column: RawName }, value: string | null): SqlText {
    if (value === null) {
      return 'false';
    }
    return isValue(
      quoteIdentifier(column),
      this.#columns.get(table)?.find((one) => one.name === column),
      value,
    );
  }
}
