import type { SqlName } from '../common/sql.ts';
import type { ParsedContract } from '../contract/contract.ts';
import { wholeTenantOf } from '../contract/rows.ts';
import type { TableShape } from './table-shape.ts';

/** Why a trial cannot prove what it should: the rows that it needs are not seeded. Undefined if they are. */
export function missingRows(
  contract: ParsedContract,
  table: SqlName,
  { tenants }: Partial<TableShape> = {},
  access: string,
): string | undefined {
  if (contract.tables[table]?.rows === 'none') {
    return undefined;
  }
  const whose = wholeTenantOf(contract, table)?.tenant;
  if (whose !== undefined) {
    return tenants?.[whose] === 0
      ? `there is no row of tenancy.${whose}${access === 'INSERT' ? ' to copy' : ''}`
      : undefined;
  }
  if (tenants?.own === 0) {
    return access === 'INSERT' ? 'there is no row of tenancy.own to copy' : 'there is no row of tenancy.own';
  }
  return tenants?.other === 0 && access !== 'INSERT' ? 'there is no row of tenancy.other to hide' : undefined;
}
