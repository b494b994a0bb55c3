import { readFileSync } from 'node:fs';

import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';

const shapeSql = readFileSync(new URL('sql/table-shape.sql', import.meta.url), 'utf8');

export interface Column {
  name: string;
  type: string;
  /** pg_type.typcategory: S strings, N numbers, D dates and times. */
  category: string;
  filled_by_server: boolean;
  /** GENERATED ALWAYS, stored or as identity: an UPDATE can set it to DEFAULT only. */
  generated: boolean;
  /** The server takes its value from a sequence, which no rollback sets back. */
  from_sequence?: boolean;
  /** Unique keys it is part of, each as its column numbers. */
  unique_keys: string[];
  refers: boolean;
}

/** A table as a probe must know it: its columns, a seeded row, and values that no unique key holds yet. */
export interface TableShape {
  columns: Column[];
  /** SQL literals of a seeded row, by column; empty where there is none to copy. */
  row: Record<string, string>;
  /** Literals for columns that must differ from the copied row, by column. */
  fresh: Record<string, string>;
  /** pg_relation_is_updatable(): 4 UPDATE, 8 INSERT, 16 DELETE. @default all */
  updatable?: number;
}

/**
 * Reads, as superuser, the shape of `table` and its first row (of `tenant`, where rows belong to one); undefined when it is
 * absent. With `keepSequences` it has a value for each column that a sequence would fill.
 */
export async function readTableShape(superuser: Session, table: string, tenant: { column: string; value: string } | undefined, keepSequences = false): Promise<TableShape | undefined> {
  const columns = await superuser.query<Column & { updatable: number } & Record<string, unknown>>(shapeSql, [table]);
  if (columns.length === 0) {
    return undefined;
  }
  const ofTenant = tenant !== undefined && columns.some(({ name }) => name === tenant.column);
  const where = ofTenant ? `${quoteIdentifier(tenant.column)}::text = ${quoteLiteral(tenant.value)}` : 'true';
  const text = columns.map(({ name }) => `${quoteIdentifier(name)}::text as ${quoteIdentifier(name)}`).join(', ');
  const [row] = await superuser.query<Record<string, string | null>>(`select ${text} from ${table} where ${where} order by 1 limit 1`);
  return { updatable: columns[0]!.updatable, columns, row: row === undefined ? emptyRecord() : literals(columns, row), fresh: await freshValues(superuser, table, columns, tenant?.column, keepSequences) };
}

function literals(columns: readonly Column[], row: Record<string, string | null>): Record<string, string> {
  const found = emptyRecord();
  for (const { name, type } of columns) {
    found[name] = literal(row[name] ?? null, type);
  }
  return found;
}

/** A record that inherits nothing: a column may be named `constructor`. */
function emptyRecord(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

function literal(value: string | null, type: string): string {
  return value === null ? 'null' : `${quoteLiteral(value)}::${type}`;
}

/** For each unique key that the server does not fill itself, one column with a value not taken yet. */
async function freshValues(superuser: Session, table: string, columns: readonly Column[], tenantColumn: string | undefined, keepSequences: boolean): Promise<Record<string, string>> {
  const keys = [...new Set(columns.flatMap(({ unique_keys }) => unique_keys))].toSorted();
  const chosen = new Map<string, Column>();
  for (const key of keys) {
    const members = columns.filter(({ unique_keys }) => unique_keys.includes(key));
    if (members.some(({ filled_by_server, name }) => filled_by_server || chosen.has(name))) {
      continue;
    }
    const column = members.find(({ name, refers, category }) => !refers && name !== tenantColumn && 'SNDU'.includes(category));
    if (column !== undefined) {
      chosen.set(column.name, column);
    }
  }
  for (const column of columns.filter(({ from_sequence }) => keepSequences && from_sequence === true)) {
    chosen.set(column.name, column);
  }
  const fresh = emptyRecord();
  for (const column of chosen.values()) {
    const value = await freshValue(superuser, table, column);
    if (value !== undefined) {
      fresh[column.name] = literal(value, column.type);
    }
  }
  return fresh;
}

/** Undefined for a type that has no next value, as `time`: then the row is copied as it is. */
async function freshValue(superuser: Session, table: string, column: Column): Promise<string | undefined> {
  try {
    const [row] = await superuser.query<{ value: string }>(`select (${freshExpression(column)})::text as value from ${table}`);
    return row!.value;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}

function freshExpression({ name, type, category }: Column): string {
  const column = quoteIdentifier(name);
  if (type === 'uuid') {
    return `'ffffffff-ffff-4fff-8fff-ffffffffffff'::uuid`;
  }
  if (category === 'N') {
    return `coalesce(max(${column}), 0) + 1`;
  }
  if (category === 'D') {
    return type === 'date' ? `coalesce(max(${column}), date '2000-01-01') + 1` : `coalesce(max(${column}), timestamp '2000-01-01') + interval '1 day'`;
  }
  return `'rolecall-' || count(*)`;
}
