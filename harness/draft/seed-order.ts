import { by } from '../common/order.ts';
import type { SqlName } from '../common/sql.ts';
import type { TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';

/** The columns of the tenant, and those that foreign keys tie to one. */
export function withKeys(tables: ReadonlyMap<SqlName, TableColumns>, tenantColumns: TenantColumns): TenantColumns {
  const spread = new Map([...tenantColumns].map(([table, columns]) => [table, new Map(columns)]));
  const add = (table: SqlName, column: string, name: string) => {
    const known = spread.get(table) ?? new Map<string, string>();
    if (known.has(column)) {
      return false;
    }
    spread.set(table, known.set(column, name));
    return true;
  };
  for (let found = true; found;) {
    found = false;
    for (const { table, foreignKeys } of tables.values()) {
      for (const { columns, parent, parent_columns } of foreignKeys) {
        columns.forEach((column, at) => {
          const theirs = parent_columns[at]!;
          const name = spread.get(table)?.get(column) ?? spread.get(parent)?.get(theirs);
          if (name !== undefined) {
            found = [add(table, column, name), add(parent, theirs, name)].includes(true) || found;
          }
        });
      }
    }
  }
  return spread;
}

/** Tables, each after those it refers to. In a circle, one comes first anyway. */
export function parentsFirst(tables: ReadonlyMap<SqlName, TableColumns>): TableColumns[] {
  const ordered: TableColumns[] = [];
  const seen = new Set<SqlName>();
  const visit = (table: TableColumns | undefined): void => {
    if (table === undefined || seen.has(table.table)) {
      return;
    }
    seen.add(table.table);
    for (const { parent } of table.foreignKeys) {
      visit(tables.get(parent));
    }
    ordered.push(table);
  };
  for (const table of [...tables.values()].toSorted(by(({ table: name }) => name))) {
    visit(table);
  }
  return ordered;
}
