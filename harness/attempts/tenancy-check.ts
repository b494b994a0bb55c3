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
  const read = shapes ?? (await readShapes(superuser, contract));
  const stored = await materialized(superuser, [...read.keys()]);
  for (const [table, { columns, tenants, rows, fault, is_view: isView }] of read) {
    if (fault !== undefined) {
      faults.push({ table, text: fault, ...(rows === undefined ? {} : { tried: true as const }) });
    }
    if (tenants === undefined || contract.tables[table]?.rows === 'none' || isNobodys(contract.tables[table])) {
      continue;
    }
    faults.push(
      ...(['own', 'other'] as const)
        .filter((key) => tenants[key] === 0 && (wholeTenantOf(contract, table)?.tenant ?? key) === key)
        .map((key) => ({ table, text: withoutRow(table, key, isView === true, stored.has(table)) })),
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

/** Those of the relations that are materialized views. */
async function materialized(superuser: Session, names: readonly string[]): Promise<Set<string>> {
  const asked = names.map(
    (name) =>
      sql`select relkind = 'm' from pg_catalog.pg_class where oid = pg_catalog.to_regclass(${quoteLiteral(name)})`,
  );
  const answers = await askAll<boolean>({ session: superuser, inTransaction: false }, asked);
  return new Set(names.filter((_, at) => answers[at] === true));
}

/** That there is no row of a tenant, and what would show one: a view shows, and a materialized view holds, rows of other tables. */
function withoutRow(table: string, key: 'own' | 'other', isView: boolean, isStored: boolean): string {
  const end = 'or nothing about it is shown';
  if (isStored) {
    return `${table} holds no row of tenancy.${key}: REFRESH MATERIALIZED VIEW ${table} at the end of the seeds, ${end}`;
  }
  return isView
    ? `${table} shows no seeded row of tenancy.${key}: seed one that its query lets through, ${end}`
    : `${table} has no row of tenancy.${key}: seed one, ${end}`;
}

/** A table without row security to which the contract gives nobody access. It needs no row to show that it is closed. */
function isNobodys(table: TableContract | undefined): boolean {
  return table?.row_security === 'off' && table.rows === undefined && Object.keys(table.grants).length === 0;
}
