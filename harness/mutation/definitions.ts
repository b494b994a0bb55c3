import { joined, plainName, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { readFile } from 'node:fs/promises';

import { readOnly } from '../catalog/read-state.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { sqlParser } from '../postgres/parsed-sql.ts';
import { rolledBack } from '../postgres/rolled-back.ts';
import type { Row, Session } from '../postgres/session.ts';
import { widenedDefinition, type FunctionText } from './widen-body.ts';

/** A function or procedure as the catalogs define it. */
export interface FunctionDefinition {
  /** As facts name it: `security.f(text)`. */
  object: SqlName;
  /** `f` for a function, `p` a procedure, `a` an aggregate, `w` a window function. */
  kind: string;
  /** The statement that replaces it with a body that gives more; null if no such body is known. */
  widened: SqlText | null;
}

/** A column as the catalogs define it. */
export interface ColumnDefinition {
  name: SqlName;
  type: SqlText;
  /** Whether INSERT and UPDATE may set it. */
  writable: boolean;
}

/** A primary key or a unique constraint. */
export interface KeyDefinition {
  name: SqlName;
  primary: boolean;
  columns: SqlName[];
  /** Whether the existing rows would still be unique without the tenant's column. */
  narrowable: boolean;
}

/** The partitions of a partitioned table, and bounds for another one. */
export interface Partitions {
  /** The bounds that one more partition could have, as in CREATE TABLE … PARTITION OF; null if none is sure to fit. */
  room: SqlText | null;
  /** The leaf tables of its tree, by their names in facts. */
  leaves: SqlName[];
}

/** A table or view as the catalogs define it. */
export interface TableDefinition {
  /** As facts name it: `public.tenants`. */
  object: SqlName;
  kind: 'table' | 'partitioned' | 'foreign' | 'view' | 'materialized-view';
  /** Whether it is a partition of another. */
  partition: boolean;
  /** Set for a partitioned table; null for others. */
  partitions: Partitions | null;
  columns: ColumnDefinition[];
  keys: KeyDefinition[];
}

/** What operators need and facts do not say: the definitions of the contract's functions and tables. */
export interface Definitions {
  functions: readonly FunctionDefinition[];
  tables: readonly TableDefinition[];
  /** Sequences that belong to a column. */
  columnSequences: readonly string[];
}

/** The definitions of the contract's functions, tables and sequences, read in one snapshot with qualified names. */
export async function readDefinitions(superuser: Session, contract: ParsedContract): Promise<Definitions> {
  return rolledBack(
    superuser,
    `${readOnly}; set local search_path = ''; set local quote_all_identifiers = off`,
    async () => {
      const tables = Object.keys(contract.tables);
      const keys = await readKeys(superuser, tables, contract.tenancy?.column);
      return {
        functions: await readFunctions(superuser, Object.keys(contract.functions)),
        tables: (await read<Omit<TableDefinition, 'keys'>>(superuser, 'tables', tables)).map((table) => ({
          ...table,
          keys: keys.filter(({ table: of }) => of === table.object).map(({ key }) => key),
        })),
        columnSequences: (await read<{ object: string }>(superuser, 'sequences', Object.keys(contract.sequences))).map(
          ({ object }) => object,
        ),
      };
    },
  );
}

async function readFunctions(superuser: Session, functions: string[]): Promise<FunctionDefinition[]> {
  const texts = await read<FunctionText & { object: string }>(superuser, 'functions', functions);
  if (texts.length === 0) {
    return [];
  }
  const parser = await sqlParser();
  return texts.map(({ object, ...text }) => ({ object, kind: text.kind, widened: widenedDefinition(parser, text) }));
}

async function readKeys(
  superuser: Session,
  tables: string[],
  tenant: string | undefined,
): Promise<{ table: SqlName; key: KeyDefinition }[]> {
  const keys: { table: SqlName; key: KeyDefinition }[] = [];
  for (const { table, ...key } of await read<Omit<KeyDefinition, 'narrowable'> & { table: SqlName }>(
    superuser,
    'keys',
    tables,
  )) {
    const rest = withoutTenant(key.columns, tenant);
    const narrowable =
      rest.length > 0 && rest.length < key.columns.length && !(await hasRepeats(superuser, table, rest));
    keys.push({ table, key: { ...key, narrowable } });
  }
  return keys;
}

async function hasRepeats(superuser: Session, table: SqlName, columns: SqlName[]): Promise<boolean> {
  const list = joined(columns);
  return (
    (await superuser.rowCount(sql`select from ${table} group by ${list} having pg_catalog.count(*) > 1 limit 1`)) > 0
  );
}

/** The columns of a key without the tenant's, quoted as needed. */
export function withoutTenant(columns: readonly SqlName[], tenant: RawName | undefined): SqlName[] {
  return columns.filter((column) => plainName(column) !== tenant);
}

async function read<T>(superuser: Session, what: string, objects: string[]): Promise<T[]> {
  const sql = await readFile(new URL(`./sql/definitions-${what}.sql`, import.meta.url), 'utf8');
  return (await superuser.query<Row>(sql, [objects])) as T[];
}
