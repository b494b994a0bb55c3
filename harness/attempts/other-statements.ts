import { sql, type RawName, type SqlName } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { UsableColumns } from './column-grants.ts';
import { statementFor, type Command, type Statement, type StatementTenant } from './statements.ts';
import type { TableShape } from './table-shape.ts';

/** How many columns an UPDATE is tried on if a trigger refuses the first. */
const mostColumns = 8;

/**
 * Statements of the same command that a trigger may let through if it looks at values: an UPDATE of another column, an INSERT of
 * other values. Empty if nothing can vary.
 */
export function otherStatements(
  command: Command,
  table: SqlName,
  shape: TableShape | undefined,
  tenant: StatementTenant | undefined,
  usable: UsableColumns | undefined,
): Statement[] {
  if (shape === undefined) {
    return [];
  }
  if (command === 'UPDATE') {
    return ofOtherColumns(table, shape, tenant, usable?.UPDATE);
  }
  return command.startsWith('INSERT')
    ? [['S'], ['S', 'N']].map((categories) =>
        statementFor(command, table, withOtherValues(shape, categories), tenant, usable),
      )
    : [];
}

function ofOtherColumns(
  table: SqlName,
  shape: TableShape,
  tenant: StatementTenant | undefined,
  usable: readonly RawName[] | undefined,
): Statement[] {
  const kept = new Set([...(shape.kept ?? []), tenant?.column]);
  const settable = shape.columns.filter(
    ({ name, generated }) => !generated && !kept.has(name) && usable?.includes(name) !== false,
  );
  return settable
    .slice(0, mostColumns)
    .map((column) => statementFor('UPDATE', table, { ...shape, columns: [column] }, tenant));
}

/**
 * A shape whose new rows differ from the copied one in each column of these categories (pg_type.typcategory) that is not part of
 * a key.
 */
function withOtherValues(shape: TableShape, categories: readonly string[]): TableShape {
  const fresh = { ...shape.fresh };
  for (const { name, type, category, refers } of shape.columns) {
    const literal = shape.row[name];
    const isFree = literal !== undefined && !refers && fresh[name] === undefined && shape.kept?.includes(name) !== true;
    if (isFree && categories.includes(category)) {
      fresh[name] = category === 'N' ? sql`(${literal} + 1)` : sql`${quoteLiteral('rolecall')}::${type}`;
    }
  }
  return { ...shape, fresh };
}
