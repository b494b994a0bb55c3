import { joined, sql, type RawName, type SqlText } from '../../common/sql.ts';
import { columnTenancyOf, type TenantRecord } from '../../contract/sessions.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnOf, isValue } from '../../attempts/is-value.ts';
import { setKey } from '../../attempts/row-set.ts';
import type { Column, TableShape } from '../../attempts/table-shape.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';

/** A column of a function's own result. */
export type ResultColumn = Pick<Column, 'name' | 'type' | 'category'>;

/** The condition that a row `t` of a function belongs to another tenant, and the key that names the row. */
export interface Others {
  condition: SqlText;
  key: SqlText;
}

/**
 * For rows of a table: by its tenant's column, or by the list of the tenant's rows. Undefined if only their place names the rows.
 */
export function othersIn(
  { rows, names, columns = [] }: Partial<TableShape>,
  own: TenantRecord,
  identity: string,
): Others | undefined {
  if (rows === undefined || names === undefined) {
    return undefined;
  }
  const isNamed = names.key !== undefined && !names.key.columns.includes('ctid');
  const key = isNamed ? sql`pg_catalog.left(${names.key!.of('t')}, 100)` : 'null';
  if (rows.kind === 'column') {
    return { key, condition: isNot(rows.column, columnOf({ columns }, rows.column), own[rows.is] ?? '') };
  }
  const parts = rows.kind === 'listed' ? [{ name: names.place, sets: rows.sets }] : rows.by;
  const conditions = parts.map(({ name, sets }) => {
    const listed = sets.seen.get(setKey({ record: own, identity }, sets.asksIdentity))?.rows;
    // If the tenant has no rows, no row needs a name.
    if (listed?.length === 0) {
      return 'true' as const;
    }
    return listed === undefined || name.columns.length === 0 || name.columns.includes('ctid')
      ? undefined
      : sql`${name.of('t')} <> all (array[${joined(listed.map(({ place }) => quoteLiteral(place)))}]::text[])`;
  });
  const known = conditions.filter((one) => one !== undefined);
  return known.length === parts.length ? { key, condition: sql`(${joined(known, ' or ')})` } : undefined;
}

/** For a function's own columns: by the one with the tenant column's name. */
export function othersByColumn(contract: ParsedContract, columns: readonly ResultColumn[]): Others | undefined {
  const tenancy = columnTenancyOf(contract);
  const column = columns.find(({ name }) => name === tenancy?.column);
  return tenancy === undefined || column === undefined
    ? undefined
    : { key: 'null', condition: isNot(column.name, column, tenancy.own) };
}

function isNot(name: RawName, column: Parameters<typeof isValue>[1], value: string): SqlText {
  return sql`(${isValue(sql`t.${quoteIdentifier(name)}`, column, value)}) is not true`;
}
