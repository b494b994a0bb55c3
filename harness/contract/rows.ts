import type { ParsedContract } from './contract.ts';
import { namesInText } from './placeholders.ts';
import {
  columnTenancyOf,
  isByRole,
  soleValue,
  tenantsOf,
  valueNameOf,
  type ContractSession,
  type TenantKind,
  type Tenants,
} from './sessions.ts';

/** Who owns the rows of a table, as the contract says it. */
export type RowsRule =
  | { kind: 'column'; column: string; is: string }
  | { kind: 'via'; columns: readonly string[] }
  | { kind: 'tenant'; tenant: 'own' | 'other'; by: readonly string[] }
  | { kind: 'sql'; sql: string }
  | { kind: 'none' };

/** Whether somebody is the tenant that owns all rows of a table. */
export function isTenant(
  { tenant, by }: RowsRule & { kind: 'tenant' },
  tenants: Pick<Tenants, 'own' | 'other'>,
  record: Readonly<Record<string, string | null>> | null,
): boolean {
  return by.every((name) => record?.[name] === tenants[tenant][name]);
}

/** The tenant that owns all rows of a table; undefined if they may belong to several. */
export function wholeTenantOf(contract: ParsedContract, table: string): (RowsRule & { kind: 'tenant' }) | undefined {
  const said = saidRowsOf(contract, table);
  return typeof said === 'object' && said.kind === 'tenant' ? said : undefined;
}

/**
 * The tenant that a session is on a table, whatever it sets: by its login or role alone, or because that tenant owns all rows of
 * the table.
 */
export function tenantByRole(
  contract: ParsedContract,
  table: string,
  session: ContractSession,
): TenantKind | undefined {
  const whole = wholeTenantOf(contract, table);
  const { login = '', role = '' } = contract.sessions[session.name ?? ''] ?? {};
  const said = [login, role].flatMap(namesInText);
  return isByRole(session) || whole?.by.every((one) => said.includes(one)) === true ? session.tenant : undefined;
}

/** What a table itself says of its rows; undefined if nothing, and `all` if they are shared. */
export function saidRowsOf(contract: ParsedContract, table: string): RowsRule | 'all' | undefined {
  const rows = contract.tables[table]?.rows;
  if (rows === undefined) {
    return undefined;
  }
  if (typeof rows === 'string') {
    return rows === 'all' ? 'all' : rows === 'none' ? { kind: 'none' } : { kind: 'sql', sql: rows };
  }
  if ('via' in rows) {
    return { kind: 'via', columns: [rows.via].flat() };
  }
  const own = tenantsOf(contract)?.own ?? { [soleValue]: '' };
  if ('of' in rows) {
    return { kind: 'tenant', tenant: rows.of, by: rows.by ?? Object.keys(own) };
  }
  return { kind: 'column', column: rows.column, is: rows.is ?? valueNameOf(rows.column, own) };
}

/** Who owns the rows of a table: as it says itself, otherwise by the column of `tenancy`, for a table that `hasColumn`. */
export function rowsRuleOf(
  contract: ParsedContract,
  table: string,
  hasColumn: (column: string) => boolean,
): RowsRule | 'all' | undefined {
  const said = saidRowsOf(contract, table);
  const byColumn = columnTenancyOf(contract);
  if (said !== undefined || byColumn === undefined || !hasColumn(byColumn.column)) {
    return said;
  }
  return { kind: 'column', column: byColumn.column, is: valueNameOf(byColumn.column, tenantsOf(contract)!.own) };
}

/** Whether row security lets nobody but its bypassers come to a table: it is on, and no permissive policy opens it to anybody. */
export function isClosedByPolicies({
  row_security,
  policies = {},
}: {
  row_security?: 'off' | 'enabled' | 'forced' | undefined;
  policies?: Readonly<Record<string, { permissive?: boolean }>>;
}): boolean {
  const isOn = row_security !== undefined && row_security !== 'off';
  return isOn && Object.values(policies).every(({ permissive }) => permissive === false);
}
