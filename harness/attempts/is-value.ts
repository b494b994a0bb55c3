import { sql, type RawName, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Column, TableShape } from './table-shape.ts';

const whole = new Set(['smallint', 'integer', 'bigint']);

/**
 * The condition that a column holds a value, compared as its type compares: a uuid may have capitals or braces, a number leading
 * zeros, citext ignores case. The value may be invalid for the type, so it is never cast to it.
 */
export function isValue(
  name: SqlText,
  column: Pick<Column, 'type' | 'base_type' | 'category'> | undefined,
  value: string,
): SqlText {
  const base = column?.base_type ?? column?.type ?? 'text';
  if (column?.category === 'A') {
    // A row may belong to several tenants.
    return sql`${quoteLiteral(spelled(base.replace(/\[\]$/, ''), value))} = any (${name}::text[])`;
  }
  return /(?:^|\.)citext$/.test(base)
    ? sql`pg_catalog.lower(${name}::text) = pg_catalog.lower(${quoteLiteral(value)})`
    : sql`${name}::text = ${quoteLiteral(spelled(base, value))}`;
}

/** A value as a column of the type shows it. An invalid value stays as it is, and so does a value of a type with one spelling. */
function spelled(type: string, value: string): string {
  if (type === 'uuid') {
    return spelledUuid(value);
  }
  const number = whole.has(type) ? /^\s*([+-]?)0*(\d+)\s*$/.exec(value) : null;
  return number === null ? value : `${number[1] === '-' && number[2] !== '0' ? '-' : ''}${number[2]!}`;
}

/** A uuid as PostgreSQL reads it: with or without braces, with a hyphen after any four digits. */
function spelledUuid(value: string): string {
  const open = /^\{(.*)\}$/s.exec(value)?.[1] ?? value;
  if (!/^(?:[\da-f]{4}-?){7}[\da-f]{4}$/i.test(open)) {
    return value;
  }
  const digits = open.replaceAll('-', '').toLowerCase();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** A column of a table as far as it is known. */
export function columnOf(shape: Pick<TableShape, 'columns'> | undefined, name: RawName): Column | undefined {
  return shape?.columns.find((column) => column.name === name);
}
