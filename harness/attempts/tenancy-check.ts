import type { ParsedContract } from '../contract/contract.ts';
import { isTenantIsolated } from '../contract/declared.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { readTableShape } from './table-shape.ts';

/**
 * What of `tenancy` is not so in the database, one line each: a context is proven closed only where another tenant has rows
 * to hide, and an invalid value only where the column's type refuses it.
 */
export async function checkTenancy(superuser: Session, contract: ParsedContract): Promise<string[]> {
  const { tenancy } = contract;
  const faults: string[] = [];
  for (const table of Object.keys(contract.tables).filter((name) => isTenantIsolated(contract, name))) {
    const { column, own, other, unknown, invalid } = tenancy!;
    const shape = await readTableShape(superuser, table, { column, value: own });
    const type = shape?.columns.find(({ name }) => name === column)?.type;
    if (type === undefined) {
      continue;
    }
    const count = (tenant: string) =>
      `count(*) filter (where ${quoteIdentifier(column)}::text = ${quoteLiteral(tenant)})::int`;
    const [rows] = await superuser.query<{ own: number; other: number; unknown: number }>(
      `select ${count(own)} as own, ${count(other)} as other, ${count(unknown)} as unknown from ${table}`,
    );
    faults.push(
      ...(['own', 'other'] as const)
        .filter((key) => rows![key] === 0)
        .map((key) => `${table} has no row of tenancy.${key}: seed one, or nothing about it is shown`),
    );
    if (rows!.unknown > 0) {
      faults.push(`${table} has rows of tenancy.unknown, which must be no tenant`);
    }
    if (await isOfType(superuser, invalid, type)) {
      faults.push(`tenancy.invalid is a ${type} as ${table} takes it: choose a value that is none`);
    }
  }
  return faults;
}

async function isOfType(superuser: Session, value: string, type: string): Promise<boolean> {
  try {
    await superuser.query(`select ${quoteLiteral(value)}::${type}`);
    return true;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    return false;
  }
}
