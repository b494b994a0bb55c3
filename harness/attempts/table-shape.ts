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
  /** The type that a domain is over. @default type */
  base_type?: string;
  filled_by_server: boolean;
  /** GENERATED ALWAYS, stored or as identity: an UPDATE can set it to DEFAULT only. */
  generated: boolean;
  /** The server takes its value from a sequence, which no rollback sets back. */
  from_sequence?: boolean;
  /** Unique keys it is part of, each as its column numbers. */
  unique_keys: string[];
  /** Those of them that ON CONFLICT can name by their columns. */
  arbiters?: string[];
  refers: boolean;
}

/** A table as a probe must know it: its columns, a seeded row, and values that no unique key holds yet. */
export interface TableShape {
  columns: Column[];
  /** SQL literals of a seeded row, by column; empty where there is none to copy. */
  row: Record<string, string>;
  /** Literals for columns that must differ from the copied row, by column. */
  fresh: Record<string, string>;
  /** The same values as text, for COPY: those of the row, and over them the fresh ones. */
  text?: { row: Record<string, string | null>; fresh: Record<string, string | null> };
  /** COPY … TO does not take a partitioned table itself. */
  partitioned?: boolean;
  /** Rows of the two tenants that the contract names, where rows belong to one. */
  tenants?: { own: number; other: number };
  /** pg_relation_is_updatable(): 4 UPDATE, 8 INSERT, 16 DELETE. @default all */
  updatable?: number;
}

/**
 * Reads, as superuser, the shape of `table` and its first row (of `tenant`, where rows belong to one); undefined when it is
 * absent. With `keepSequences` it has a value for each column that a sequence would fill.
 */
export async function readTableShape(
  superuser: Session,
  table: string,
  tenant: { column: string; value: string; other?: string } | undefined,
  keepSequences = false,
): Promise<TableShape | undefined> {
  const columns = await superuser.query<Column & { updatable: number; partitioned: boolean } & Record<string, unknown>>(
    shapeSql,
    [table],
  );
  if (columns.length === 0) {
    return undefined;
  }
  const ofTenant = tenant !== undefined && columns.some(({ name }) => name === tenant.column);
  const isOf = (value: string) => `${quoteIdentifier(tenant!.column)}::text = ${quoteLiteral(value)}`;
  const text = columns.map(({ name }) => `${quoteIdentifier(name)}::text as ${quoteIdentifier(name)}`).join(', ');
  const [row] = await superuser.query<Record<string, string | null>>(
    `select ${text} from ${table} where ${ofTenant ? isOf(tenant.value) : 'true'} order by 1 limit 1`,
  );
  const [tenants] =
    ofTenant && tenant.other !== undefined
      ? await superuser.query<{ own: number; other: number }>(
          `select count(*) filter (where ${isOf(tenant.value)})::int as own, count(*) filter (where ${isOf(tenant.other)})::int as other from ${table}`,
        )
      : [];
  const fresh = await freshValues(superuser, table, columns, tenant?.column, keepSequences);
  const { updatable, partitioned } = columns[0]!;
  return {
    updatable,
    partitioned,
    columns,
    row: row === undefined ? emptyRecord() : literals(columns, row),
    fresh: literals(
      columns.filter(({ name }) => fresh[name] !== undefined),
      fresh,
    ),
    text: { row: Object.assign(emptyRecord<string | null>(), row), fresh },
    ...(tenants === undefined ? {} : { tenants }),
  };
}

function literals(columns: readonly Column[], row: Record<string, string | null>): Record<string, string> {
  const found = emptyRecord();
  for (const { name, type } of columns) {
    found[name] = literal(row[name] ?? null, type);
  }
  return found;
}

/** A record that inherits nothing: a column may be named `constructor`. */
function emptyRecord<T = string>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function literal(value: string | null, type: string): string {
  return value === null ? 'null' : `${quoteLiteral(value)}::${type}`;
}

/** For each unique key that the server does not fill itself, one column with a value not taken yet. */
async function freshValues(
  superuser: Session,
  table: string,
  columns: readonly Column[],
  tenantColumn: string | undefined,
  keepSequences: boolean,
): Promise<Record<string, string>> {
  const keys = [...new Set(columns.flatMap(({ unique_keys }) => unique_keys))].toSorted();
  const chosen = new Map<string, Column>();
  for (const key of keys) {
    const members = columns.filter(({ unique_keys }) => unique_keys.includes(key));
    if (members.some(({ filled_by_server, name }) => filled_by_server || chosen.has(name))) {
      continue;
    }
    const column = members.find(
      ({ name, refers, category }) => !refers && name !== tenantColumn && 'SNDU'.includes(category),
    );
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
      fresh[column.name] = value;
    }
  }
  return fresh;
}

/** The first of the values that its type takes, as text; undefined for a type that has no next value, as `time`: then the row is copied as it is. */
async function freshValue(superuser: Session, table: string, column: Column): Promise<string | undefined> {
  for (const expression of freshExpressions(column)) {
    try {
      // There and back, so that a domain has its say.
      const [row] = await superuser.query<{ value: string }>(
        `select (${expression})::text::${column.type}::text as value from ${table}`,
      );
      return row!.value;
    } catch (error) {
      if (serverError(error) === undefined) {
        throw error;
      }
    }
  }
  return undefined;
}

function freshExpressions({ name, type, base_type = type, category }: Column): string[] {
  const column = quoteIdentifier(name);
  if (base_type === 'uuid') {
    return [`'ffffffff-ffff-4fff-8fff-ffffffffffff'::uuid`];
  }
  if (category === 'N') {
    return [`coalesce(max(${column}), 0) + 1`];
  }
  if (category === 'D') {
    return [
      base_type === 'date'
        ? `coalesce(max(${column}), date '2000-01-01') + 1`
        : `coalesce(max(${column}), timestamp '2000-01-01') + interval '1 day'`,
    ];
  }
  // A domain may take only what looks like the values that are there.
  return [`'rolecall-' || count(*)`, `max(${column}) || '0'`, `(max(${column})::numeric + 1)`];
}
