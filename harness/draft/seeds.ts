import { joined, sql, type SqlName, type SqlText } from '../common/sql.ts';
import type { Session } from '../postgres/session.ts';
import { parentsFirst, withKeys } from './seed-order.ts';
import type { SeedRow, SeedTenant } from './draft-row.ts';
import { Seed, textsOf } from './seed.ts';
import type { TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';

/** Rows of two tenants that the constraints of a database take, tried there. */
export interface DraftSeeds {
  /** INSERT statements in the order in which they can be run. */
  statements: SqlText[];
  /** Tables for which no row was found that their constraints take, each with what the server said. */
  unfilled: { table: SqlName; reason: string }[];
}

/**
 * Finds a row a tenant for each table, parents first, by trying it in the transaction that `session` is in.
 */
export async function draftSeeds(
  session: Session,
  tables: ReadonlyMap<SqlName, TableColumns>,
  tenantColumns: TenantColumns,
  tenants: readonly SeedTenant[],
): Promise<DraftSeeds> {
  const spread = withKeys(tables, tenantColumns);
  const seeds: DraftSeeds = { statements: [], unfilled: [] };
  const rows = new Map<string, SeedRow>();
  for (const table of parentsFirst(tables)) {
    // What migrations filled is theirs: reference data, or the book of the tool that runs them.
    const filled = spread.has(table.table) ? undefined : await rowOf(session, table);
    for (const tenant of tenants) {
      if (filled !== undefined) {
        rows.set(`${tenant.name} ${table.table}`, filled);
        continue;
      }
      const seed = new Seed(table, tenant, { told: tenantColumns, spread, rows });
      const made = await seed.find(session);
      if (typeof made === 'object') {
        seeds.statements.push(...made.statements);
        rows.set(`${tenant.name} ${table.table}`, made.row);
      } else {
        seeds.unfilled.push({ table: table.table, reason: made });
        break;
      }
    }
  }
  return seeds;
}

/** A row that is there already; undefined where there is none. */
async function rowOf(session: Session, { table, columns }: TableColumns): Promise<SeedRow | undefined> {
  const texts = columns.map(({ quoted }) => sql`${quoted}::text as ${quoted}`);
  const [row] =
    texts.length === 0
      ? []
      : await session.query<Record<string, string | null>>(sql`select ${joined(texts)} from ${table} limit 1`);
  return row === undefined ? undefined : textsOf(row);
}
