import { sql } from '../common/sql.ts';
import type { ParsedContract, TableContract } from '../contract/contract.ts';
import { wholeTenantOf } from '../contract/rows.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { askAll } from './ask-all.ts';
import { readShapes } from './read-shapes.ts';
import { tenantsOf } from '../contract/sessions.ts';
import type { TableShape } from './table-shape.ts';

/** A contradiction between the contract and a table, in words that begin with the table's name or the contract's key. */
export interface TenancyFault {
  table: string;
  text: string;
  /** Set if its rows can be tried all the same, and the findings stand. */
  tried?: true;
}

/**
 * What `tenancy` claims and the database contradicts, one line each. A context is proven closed only if another tenant has rows
 * to hide, and an invalid value only if the column's type refuses it. In a text column no value is invalid.
 */
export async function checkTenancy(
  superuser: Session,
  contract: ParsedContract,
  shapes?: ReadonlyMap<string, TableShape>,
): Promise<TenancyFault[]> {
  const { invalid } = tenantsOf(contract) ?? {};
  if (contract.tenancy === undefined) {
    return [];
  }
  const isOfType = new Map<string, boolean>();
  const faults: TenancyFault[] = [];
  for (const [table, { columns, tenants, rows, fault }] of shapes ?? (await readShapes(superuser, contract))) {
    if (fault !== undefined) {
      faults.push({ table, text: fault, ...(rows === undefined ? {} : { tried: true as const }) });
    }
    if (tenants === undefined || contract.tables[table]?.rows === 'none' || isNobodys(contract.tables[table])) {
      continue;
    }
    faults.push(
      ...(['own', 'other'] as const)
        .filter((key) => tenants[key] === 0 && (wholeTenantOf(contract, table)?.tenant ?? key) === key)
        .map((key) => ({
          table,
          text: `${table} has no row of tenancy.${key}: seed one, or nothing about it is shown`,
        })),
    );
    if (tenants.unknown > 0) {
      faults.push({ table, text: `${table} has rows of tenancy.unknown, which must be no tenant` });
    }
    const value = rows?.kind === 'column' ? invalid?.[rows.is] : undefined;
    if (rows?.kind !== 'column' || value === undefined) {
      continue;
    }
    const { type, category } = columns.find(({ name }) => name === rows.column)!;
    if (!isOfType.has(type)) {
      const cast = sql`select ${quoteLiteral(value)}::${type} is not null`;
      const [answer] = category === 'S' ? [] : await askAll({ session: superuser, inTransaction: false }, [cast]);
      isOfType.set(type, answer !== undefined);
    }
    if (isOfType.get(type) === true) {
      faults.push({ table, text: `tenancy.invalid is a ${type} as ${table} takes it: choose a value that is none` });
    }
  }
  return faults;
}

/** A table without row security to which the contract gives nobody access. It needs no row to show that it is closed. */
function isNobodys(table: TableContract | undefined): boolean {
  return table?.row_security === 'off' && table.rows === undefined && Object.keys(table.grants).length === 0;
}
