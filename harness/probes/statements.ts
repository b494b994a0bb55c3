import { quoteIdentifier } from '../postgres/quote.ts';
import type { Column, TableShape } from './table-shape.ts';

/** The statements tried on a table. */
export const commands = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const;
export type Command = (typeof commands)[number];

const bits = { SELECT: 0, UPDATE: 4, INSERT: 8, DELETE: 16 } as const;

/** The commands that a relation can take at all: a materialized view is only read. */
export function commandsOn(shape: TableShape | undefined): readonly Command[] {
  const { updatable = 28 } = shape ?? {};
  return commands.filter((command) => (updatable & bits[command]) === bits[command]);
}

/** A statement with its values in it, and the same with `…` for each: rows are copied, and a pack must not hold them. */
export interface Statement {
  sql: string;
  shown: string;
}

/**
 * The smallest statement of `command` on the whole table: it reads no column it need not, so each privilege is tried
 * alone. `tenant` (column and literal) is the tenant an inserted row belongs to.
 */
export function statementFor(command: Command, table: string, shape: TableShape | undefined, tenant?: { column: string; literal: string }): Statement {
  switch (command) {
    case 'SELECT':
      return plain(`select 1 from ${table}`);
    case 'DELETE':
      return plain(`delete from ${table}`);
    case 'UPDATE':
      return updateStatement(table, shape, tenant?.column);
    case 'INSERT':
      return insertStatement(table, shape, tenant);
  }
}

function plain(sql: string): Statement {
  return { sql, shown: sql };
}

function updateStatement(table: string, shape: TableShape | undefined, tenantColumn: string | undefined): Statement {
  // A constant: `set c = c` would need SELECT on c as well.
  // A key can hold a constant once; a reference can hold the one it has. The tenant's column is the last to be touched.
  const settable = shape?.columns.filter(({ generated }) => !generated) ?? [];
  const cost = ({ name, unique_keys, refers }: Column) => (name === tenantColumn ? 4 : 0) + (unique_keys.length > 0 ? 2 : 0) + (refers ? 1 : 0);
  const column = settable.toSorted((a, b) => cost(a) - cost(b))[0];
  const set = (name: string, value: string) => `update ${table} set ${quoteIdentifier(name)} = ${value}`;
  return column === undefined
    ? plain(set(shape?.columns[0]?.name ?? 'id', 'default'))
    : { sql: set(column.name, shape?.row[column.name] ?? 'default'), shown: set(column.name, '…') };
}

function insertStatement(table: string, shape: TableShape | undefined, tenant: { column: string; literal: string } | undefined): Statement {
  const values = new Map<string, string>();
  for (const { name, filled_by_server } of shape?.columns ?? []) {
    const value = name === tenant?.column ? tenant.literal : (shape!.fresh[name] ?? shape!.row[name]);
    if ((!filled_by_server || shape!.fresh[name] !== undefined) && value !== undefined) {
      values.set(quoteIdentifier(name), value);
    }
  }
  const overriding = shape?.columns.some(({ name, from_sequence }) => from_sequence === true && shape.fresh[name] !== undefined) === true ? ' overriding system value' : '';
  const insert = (shown: Iterable<string>) => `insert into ${table} (${[...values.keys()].join(', ')})${overriding} values (${[...shown].join(', ')})`;
  return values.size === 0 ? plain(`insert into ${table} default values`) : { sql: insert(values.values()), shown: insert([...values].map(() => '…')) };
}

/** The statement that calls a function with every argument NULL, from its signature `schema.name(types)`. */
export function defaultCall(signature: string, routine: 'function' | 'procedure' = 'function'): string {
  const open = signature.lastIndexOf('(');
  const types = signature.slice(open + 1, -1);
  const args = types === '' ? [] : types.split(',').map((type) => `null::${type.trim()}`);
  return `${routine === 'procedure' ? 'call' : 'select * from'} ${signature.slice(0, open)}(${args.join(', ')})`;
}
