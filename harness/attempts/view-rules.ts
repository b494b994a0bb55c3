import { joined, type RawName, type SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import type { RowsRule } from '../contract/rows.ts';
import { isSameForAll } from './row-names.ts';
import type { Column } from './table-shape.ts';
import type { ViewOrigins } from './view-origins.ts';

/** A table whose rows a view shows, and the columns of the view that identify each row. */
export interface Related {
  table: SqlName;
  /** Columns of the view, and the columns of the table that hold the same. */
  columns: readonly RawName[];
  key: readonly RawName[];
  /** For each column of the table, the column of the view that shows it. */
  shows: ReadonlyMap<RawName, RawName>;
}

/** The rows of a view belong to the owners of the rows that it shows. */
export interface ShownRule {
  kind: 'shown';
  by: readonly [Related, ...Related[]];
}

/** What is known of the tables that a view may show. */
export interface Tables {
  contract: ParsedContract;
  columns: ReadonlyMap<string, readonly Column[]>;
  ruleOf(table: string): RowsRule | undefined;
  /** The foreign key that gives a table's rows the owner of their parent. */
  keyOf(
    table: string,
    columns: readonly string[],
  ): { columns: RawName[]; parent: SqlName; parent_columns: RawName[] } | undefined;
}

/**
 * Who owns the rows of a view if the contract does not say it: the owners of the rows in the tables whose key it shows, otherwise
 * of the table whose tenant column it shows. `known` is the rule that its column names suggest. The result is a fault if the view
 * reads a table with its owner's rights and shows nothing that identifies those rows, and no rule if nobody owns its rows.
 */
export function ruleOfView(
  origins: ViewOrigins,
  known: RowsRule | undefined,
  tables: Tables,
): { rule?: RowsRule | ShownRule; fault?: string | undefined } {
  const shown = new Map<SqlName, Map<RawName, RawName>>();
  for (const { name, table, column } of origins.columns) {
    const its = shown.get(table) ?? new Map<RawName, RawName>();
    shown.set(table, its.has(column) ? its : its.set(column, name));
  }
  const source = known?.kind === 'column' ? origins.columns.find(({ name }) => name === known.column) : undefined;
  if (known !== undefined && source === undefined) {
    // For a combined column, as in a union, the number of tables behind it is not known.
    return { rule: known };
  }
  if (known !== undefined && (isByColumn(source!.table, source!.column, tables) || !isSaid(source!.table, tables))) {
    return { rule: known, fault: unheld(origins, [source!.table], tables) };
  }
  const owned = [...shown].filter(([table]) => isOwned(table, tables));
  const related = owned.map(([table, shows]) => ({ table, by: relatedBy(table, shows, tables) }));
  const by = related.flatMap((one) => one.by);
  if (by.length > 0) {
    const held = related.flatMap((one) =>
      one.by.length === 0 ? [] : [one.table, ...one.by.map(({ table }) => table)],
    );
    return { rule: { kind: 'shown', by: by as [Related, ...Related[]] }, fault: unheld(origins, held, tables) };
  }
  for (const [table, shows] of owned) {
    const rule = tables.ruleOf(table)!;
    const column = rule.kind === 'column' ? shows.get(rule.column) : undefined;
    if (rule.kind === 'column' && column !== undefined && isByColumn(table, rule.column, tables)) {
      return { rule: { ...rule, column }, fault: unheld(origins, [table], tables) };
    }
  }
  return {
    fault: faultOf(
      origins.view,
      origins.asOwner.filter((table) => isOwned(table, tables)),
    ),
  };
}

/**
 * The fault of a view that, besides rows identified by `held`, may give rows of other tables that it reads with its owner's
 * rights. A parent that gives a held row its owner is identified with it, and so are its children.
 */
function unheld(
  { view, columns, isComputed, asOwner }: ViewOrigins,
  held: readonly SqlName[],
  tables: Tables,
): string | undefined {
  const parentOf = (table: string) => {
    const rule = tables.ruleOf(table);
    return rule?.kind === 'via' ? tables.keyOf(table, rule.columns)?.parent : undefined;
  };
  const reached = new Set(held);
  for (const table of reached) {
    const parent = parentOf(table);
    const children = asOwner.filter((one) => parentOf(one) === table);
    [...(parent === undefined ? [] : [parent]), ...children].forEach((one) => reached.add(one));
  }
  return faultOf(
    view,
    asOwner.filter(
      (table) =>
        isOwned(table, tables) &&
        !reached.has(table) &&
        (isComputed || columns.some((column) => column.table === table)),
    ),
  );
}

function faultOf(view: SqlName, read: readonly SqlName[]): string | undefined {
  return read.length === 0
    ? undefined
    : `${view} reads ${joined(read)} on behalf of its owner, and shows no key of a row: say in rows whose its rows are, or rows: all, or switch security_invoker on`;
}

function isOwned(table: string, { ruleOf }: Tables): boolean {
  const kind = ruleOf(table)?.kind;
  return kind !== undefined && kind !== 'none';
}

/** Whether the contract mentions a table. What it then does not say of the table also counts. */
function isSaid(table: string, { contract }: Tables): boolean {
  return Object.hasOwn(contract.tables, table);
}

/** Whether a single column of a table says who owns its rows. */
function isByColumn(table: string, column: RawName, { contract, ruleOf }: Tables): boolean {
  const rule = ruleOf(table);
  return rule?.kind === 'column' && rule.column === column && contract.tables[table]?.open === undefined;
}

/** The tables that a view shows by their primary key, otherwise by the foreign key to the table that owns their rows. */
function relatedBy(table: SqlName, shows: ReadonlyMap<RawName, RawName>, tables: Tables): Related[] {
  const primary = (tables.columns.get(table) ?? []).filter(({ in_primary_key: isPart }) => isPart === true);
  const key = primary.map(({ name }) => name);
  if (key.length > 0 && primary.every(isSameForAll) && key.every((name) => shows.has(name))) {
    return [{ table, columns: key.map((name) => shows.get(name)!), key, shows }];
  }
  const rule = tables.ruleOf(table);
  const parent = rule?.kind === 'via' ? tables.keyOf(table, rule.columns) : undefined;
  if (
    parent === undefined ||
    tables.contract.tables[table]?.open !== undefined ||
    !parent.columns.every((name) => shows.has(name))
  ) {
    return [];
  }
  const held = tables.columns.get(parent.parent)?.filter(({ name }) => parent.parent_columns.includes(name)) ?? [];
  return held.length === parent.parent_columns.length && held.every(isSameForAll)
    ? [
        {
          table: parent.parent,
          columns: parent.columns.map((name) => shows.get(name)!),
          key: parent.parent_columns,
          shows: new Map(),
        },
      ]
    : [];
}

/** Columns of an updatable view, each with the properties of the table column below it. */
export function asKeptBelow<T extends Column>(
  columns: readonly T[],
  { by }: ShownRule,
  columnsOf: (table: string) => readonly Column[],
): T[] {
  const below = new Map(
    by.flatMap(({ table, shows }) =>
      columnsOf(table).flatMap((column) =>
        shows.has(column.name) ? [[shows.get(column.name)!, column] as const] : [],
      ),
    ),
  );
  return columns.map((column) => {
    const kept = below.get(column.name);
    if (kept === undefined) {
      return column;
    }
    const { filled_by_server, constant_default = false, generated, from_sequence = false, unique_keys, refers } = kept;
    return { ...column, filled_by_server, constant_default, generated, from_sequence, unique_keys, refers };
  });
}
