import { readFileSync } from 'node:fs';

import type { DefinerFunction } from './only-through.ts';
import { sql, type SqlName } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';

/** A column as a seed needs to know it. */
export interface SeedColumn {
  name: string;
  quoted: SqlName;
  type: string;
  /** pg_type.typcategory: S strings, N numbers, B booleans, D dates and times, E enums. */
  category: string;
  /** The base type of a domain. */
  base: string;
  labels: string[] | null;
  /** CHECK constraints of its domain. */
  domain_checks: string[];
  required: boolean;
  has_default: boolean;
  identity: boolean;
  generated: boolean;
  /** The expression of its default, or of a generated column. */
  expression: string | null;
}

/** A table that accepts rows. */
export interface TableColumns {
  table: SqlName;
  columns: SeedColumn[];
  /** Columns that are part of a unique key. */
  uniqueColumns: string[];
  foreignKeys: {
    columns: string[];
    parent: SqlName;
    parent_columns: string[];
    /** Its name, if its check can wait until the end of a transaction. */
    deferrable?: SqlName | null;
  }[];
  /** The conditions of CHECK constraints, as the server prints them. */
  checks: { name: string; definition: string }[];
  /** The condition for its rows as a partition, or for its partitions; null if it neither is one nor has any. */
  partitionCondition: string | null;
  /** The definitions of its indexes that compute a value, have a condition, or exclude rows. */
  indexes?: string[];
  /** Bodies of the trigger functions that an INSERT calls. */
  onInsert: string[];
}

const tablesSql = readFileSync(new URL('sql/tables.sql', import.meta.url), 'utf8');
const definersSql = readFileSync(new URL('sql/definer-functions.sql', import.meta.url), 'utf8');
const functionsSql = readFileSync(new URL('sql/setting-functions.sql', import.meta.url), 'utf8');

/** The tables of a database by name. Any role that may read the catalogs can read them. */
export async function readTables(session: Session): Promise<Map<SqlName, TableColumns>> {
  const rows = await session.query<{
    table: SqlName;
    columns: SeedColumn[] | null;
    unique_columns: string[];
    foreign_keys: TableColumns['foreignKeys'];
    checks: TableColumns['checks'];
    partition_condition: string | null;
    indexes: string[];
    on_insert: string[];
  }>(tablesSql);
  return new Map(
    rows.map(({ table, columns, unique_columns, foreign_keys, checks, partition_condition, indexes, on_insert }) => [
      table,
      {
        table,
        columns: columns ?? [],
        uniqueColumns: unique_columns,
        foreignKeys: foreign_keys,
        checks,
        partitionCondition: partition_condition,
        indexes,
        onInsert: on_insert,
      },
    ]),
  );
}

/** SECURITY DEFINER functions with their bodies. It begins and ends a transaction with an empty search_path, as for facts. */
export async function readDefinerFunctions(session: Session): Promise<DefinerFunction[]> {
  await session.script(sql`begin; set local search_path = ''`);
  const functions = await session.query<DefinerFunction & Record<string, unknown>>(definersSql);
  await session.script(sql`commit`);
  return functions;
}

/** Functions that read a setting, with their bodies. */
export function readSettingFunctions(session: Session): Promise<{ name: string; body: string }[]> {
  return session.query<{ name: string; body: string }>(functionsSql);
}
