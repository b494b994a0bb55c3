import { readFileSync } from 'node:fs';

import type { DefinerFunction } from './only-through.ts';
import { sql, type SqlName } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';

/** A column as a seed must know it. */
export interface SeedColumn {
  name: string;
  quoted: SqlName;
  type: string;
  /** pg_type.typcategory: S strings, N numbers, B booleans, D dates and times, E enums. */
  category: string;
  /** The type that a domain is over. */
  base: string;
  labels: string[] | null;
  /** CHECK constraints of its domain. */
  domain_checks: string[];
  required: boolean;
  has_default: boolean;
  identity: boolean;
  generated: boolean;
  /** Of its default, or what it is generated from. */
  expression: string | null;
}

/** A table that rows can be put into. */
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
  /** The conditions of CHECK constraints as the server prints them. */
  checks: { name: string; definition: string }[];
  /** What its rows must fulfil as those of a partition, or to go into one; null where it is none and has none. */
  partitionCondition: string | null;
  /** Bodies of the trigger functions that an INSERT calls. */
  onInsert: string[];
}

const tablesSql = readFileSync(new URL('sql/tables.sql', import.meta.url), 'utf8');
const definersSql = readFileSync(new URL('sql/definer-functions.sql', import.meta.url), 'utf8');
const functionsSql = readFileSync(new URL('sql/setting-functions.sql', import.meta.url), 'utf8');

/** The tables of a database by name; any role that may read catalogs can ask. */
export async function readTables(session: Session): Promise<Map<SqlName, TableColumns>> {
  const rows = await session.query<{
    table: SqlName;
    columns: SeedColumn[] | null;
    unique_columns: string[];
    foreign_keys: TableColumns['foreignKeys'];
    checks: TableColumns['checks'];
    partition_condition: string | null;
    on_insert: string[];
  }>(tablesSql);
  return new Map(
    rows.map(({ table, columns, unique_columns, foreign_keys, checks, partition_condition, on_insert }) => [
      table,
      {
        table,
        columns: columns ?? [],
        uniqueColumns: unique_columns,
        foreignKeys: foreign_keys,
        checks,
        partitionCondition: partition_condition,
        onInsert: on_insert,
      },
    ]),
  );
}

/** SECURITY DEFINER functions with their bodies; begins and ends a transaction, in which nothing is on the search_path, as where facts are read. */
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
