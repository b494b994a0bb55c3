import { joined, sql, verbatim, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { columnOf, isValue } from './is-value.ts';
import type { UsableColumns } from './column-grants.ts';
import { statementFor, type Statement, type StatementTenant } from './statements.ts';
import type { ContextRecord } from './session-parts.ts';
import type { TableShape } from './table-shape.ts';

/** A control that first removes what is in its way. */
export interface OtherControl {
  first: readonly SqlText[];
  sql: SqlText;
}

/** Other ways to show that a statement works if a constraint stops it. */
export interface WaysPast {
  /** If a constraint stops the control: the same with a row that no constraint stops, one way after the other. */
  otherControls?: readonly OtherControl[];
  /** Deletes the row that an inserted copy may collide with. */
  room?: SqlText;
  /** An INSERT that counts the rows it wrote that do not belong to the tenant `record`: a trigger may have changed the tenant. */
  written?: (record: ContextRecord) => SqlText;
  /** If a trigger stops the statement: others of the same command, one of which it may let through. */
  otherStatements?: () => readonly Statement[];
  /** If it stops those too: the statement on one row after the other, for a trigger that looks at the row. */
  rowByRow?: () => readonly SqlText[];
}

/** The INSERT of `written`, if a column says who owns a row. */
export function writtenFor(
  table: SqlName,
  shape: TableShape | undefined,
  tenant?: StatementTenant,
  usable?: UsableColumns,
): WaysPast['written'] {
  const rows = shape?.rows;
  if (rows?.kind !== 'column' || tenant === undefined) {
    return undefined;
  }
  const { sql: insert } = statementFor('INSERT', table, shape, tenant, usable);
  const column = quoteIdentifier(rows.column);
  return (record) =>
    sql`with written as (${insert} returning ${column}) select 1 from written where (${isValue(column, columnOf(shape, rows.column), record[rows.is] ?? '')}) is not true`;
}

/** How many rows are tried one by one from either end. In a larger table a trigger may let through only one in the middle. */
const mostRows = 50;

/**
 * The statement on the first row that it would change, then the second and so on, then on the last rows. The statement has no
 * condition of its own. `target` is the tenant that it moves rows to.
 */
export function rowByRow(
  table: SqlName,
  shape: TableShape | undefined,
  statement: SqlText,
  target?: { column: RawName; text: string },
): SqlText[] {
  const changed =
    target === undefined
      ? ''
      : sql` where (${isValue(sql`o.${quoteIdentifier(target.column)}`, columnOf(shape, target.column), target.text)}) is not true`;
  const places = Array.from({ length: mostRows }, (_, place) => place);
  return ['asc', 'desc'].flatMap((way) =>
    places.map(
      (place) =>
        sql`${statement} where (tableoid, ctid) = (select o.tableoid, o.ctid from ${table} as o${changed} order by o.tableoid ${verbatim(way)}, o.ctid ${verbatim(way)} offset ${place} limit 1)`,
    ),
  );
}

/** Ways past a constraint: a row that nothing refers to, or deleting the row that a copy collides with. */
export function waysPast(
  access: string,
  table: SqlName,
  shape: TableShape | undefined,
  statement: SqlText,
  tenant?: StatementTenant,
): WaysPast {
  if (access === 'DELETE' && shape?.referring != null) {
    const free = sql`delete from ${table} where (tableoid, ctid) in (select o.tableoid, o.ctid from ${table} as o where not (${joined(shape.referring, ' or ')}))`;
    const copy = statementFor('INSERT', table, shape, tenant).sql;
    return {
      otherControls: [
        { first: [], sql: free },
        { first: [copy], sql: free },
      ],
    };
  }
  if (access === 'INSERT' && tenant !== undefined) {
    const room = sql`delete from ${table} where ${isValue(quoteIdentifier(tenant.column), columnOf(shape, tenant.column), tenant.text)}`;
    return { room, otherControls: [{ first: [room], sql: statement }] };
  }
  return {};
}
