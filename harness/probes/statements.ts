import { quoteIdentifier } from '../postgres/quote.ts';
import type { TableShape } from './table-shape.ts';

/** The statements tried on a table. */
export const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
export type Command = (typeof commands)[number];

/**
 * The smallest statement of `command` on the whole table: it reads no column it need not, so each privilege is tried
 * alone. `tenant` (column and literal) is the tenant an inserted row belongs to.
 */
export function statementFor(command: Command, table: string, shape: TableShape | undefined, tenant?: { column: string; literal: string }): string {
  switch (command) {
    case 'SELECT':
      return `select 1 from ${table}`;
    case 'DELETE':
      return `delete from ${table}`;
    case 'UPDATE':
      return updateStatement(table, shape, tenant?.column);
    case 'INSERT':
      return insertStatement(table, shape, tenant);
  }
}

function updateStatement(table: string, shape: TableShape | undefined, tenantColumn: string | undefined): string {
  // A constant: `set c = c` would need SELECT on c as well.
  const column =
    shape?.columns.find(({ name, unique_keys, refers, generated }) => unique_keys.length === 0 && !refers && !generated && name !== tenantColumn) ??
    shape?.columns.find(({ generated }) => !generated);
  if (shape === undefined || column === undefined) {
    return `update ${table} set id = null`;
  }
  return `update ${table} set ${quoteIdentifier(column.name)} = ${shape.row[column.name] ?? 'default'}`;
}

function insertStatement(table: string, shape: TableShape | undefined, tenant: { column: string; literal: string } | undefined): string {
  const values = (shape?.columns ?? [])
    .filter(({ name, filled_by_server }) => !filled_by_server && (shape!.row[name] !== undefined || shape!.fresh[name] !== undefined))
    .map(({ name }) => ({
      name: quoteIdentifier(name),
      value: name === tenant?.column ? tenant.literal : (shape!.fresh[name] ?? shape!.row[name]!),
    }));
  return values.length === 0
    ? `insert into ${table} default values`
    : `insert into ${table} (${values.map(({ name }) => name).join(', ')}) values (${values.map(({ value }) => value).join(', ')})`;
}

/** The statement that calls a function with every argument NULL, from its signature `schema.name(types)`. */
export function defaultCall(signature: string): string {
  const open = signature.indexOf('(');
  const types = signature.slice(open + 1, -1);
  const args = types === '' ? [] : types.split(',').map((type) => `null::${type.trim()}`);
  return `select * from ${signature.slice(0, open)}(${args.join(', ')})`;
}
