import { joined, sql, type RawName, type SqlText } from '../../common/sql.ts';
import { columnTenancyOf, type TenantRecord } from '../../contract/sessions.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import { columnOf, isValue } from '../../attempts/is-value.ts';
import { setKey } from '../../attempts/row-set.ts';
import type { Column, TableShape } from '../../attempts/table-shape.ts';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quote.ts';

/** A column of a function's own result. */
export type ResultColumn = Pick<Column, 'name' | 'type' | 'category'>;

/** What tells, of a row `t` that a function gives, that it is another tenant's, and by which key it is named. */
export interface Others {
  condition: SqlText;
  key: SqlText;
}

/** Of rows of a table: by its tenant's column, or by the rows that the contract says are the tenant's. Undefined where they have no name but their place. */
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
  const { place } = names;
  const listed = rows.sets.seen.get(setKey({ record: own, identity }, rows.sets.asksIdentity))?.rows;
  if (listed === undefined || place.columns.length === 0 || place.columns.includes('ctid')) {
    return undefined;
  }
  const places = listed.map((row) => quoteLiteral(row.place));
  return { key, condition: sql`${place.of('t')} <> all (array[${joined(places)}]::text[])` };
}

/** Of columns of the function's own: by the one of the tenant's name. */
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
