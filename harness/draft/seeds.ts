import { joined, sql, type RawName, type SqlName, type SqlText } from '../common/sql.ts';
import { serverError } from '../postgres/sql-error.ts';
import type { Session } from '../postgres/session.ts';
import { parentsFirst, withKeys } from './seed-order.ts';
import type { SeedGround, SeedRow, SeedTenant } from './draft-row.ts';
import { Seed, textsOf, type Made } from './seed.ts';
import type { TableColumns } from './tables.ts';
import type { TenantColumns } from './tenancy.ts';

/** Rows of two tenants that satisfy the constraints of a database, where they were tried. */
export interface DraftSeeds {
  /** INSERT statements in running order. */
  statements: SqlText[];
  /** Tables for which no row was found that satisfies their constraints, each with the server's error. */
  unfilled: { table: SqlName; reason: string }[];
}

/**
 * Finds a row a tenant for each table, parents first, by trying it in the transaction that `session` is in, with its constraints immediate.
 */
export async function draftSeeds(
  session: Session,
  tables: ReadonlyMap<SqlName, TableColumns>,
  tenantColumns: TenantColumns,
  tenants: readonly SeedTenant[],
): Promise<DraftSeeds> {
  await session.script(sql`savepoint seeds`);
  const seeds = await seedsOf(session, { tables, tenantColumns, tenants, mayWait: true });
  try {
    await session.script(sql`set constraints all immediate`);
    return seeds;
  } catch (error) {
    if (serverError(error) === undefined) {
      throw error;
    }
    // A row waited for one that never came.
    await session.script(sql`rollback to savepoint seeds`);
    // What was deferred below another savepoint that was released, PostgreSQL leaves so.
    await session.script(sql`set constraints all immediate`);
    return seedsOf(session, { tables, tenantColumns, tenants, mayWait: false });
  }
}

interface Seeding {
  tables: ReadonlyMap<SqlName, TableColumns>;
  tenantColumns: TenantColumns;
  tenants: readonly SeedTenant[];
  /** Whether a row may refer to one that comes later, if the server checks that at the end. */
  mayWait: boolean;
}

async function seedsOf(session: Session, { tables, tenantColumns, tenants, mayWait }: Seeding): Promise<DraftSeeds> {
  const spread = withKeys(tables, tenantColumns);
  const seeds: DraftSeeds = { statements: [], unfilled: [] };
  const rows = new Map<string, SeedRow>();
  const ground = {
    told: tenantColumns,
    spread,
    rows,
    promised: mayWait ? new Map<string, Map<RawName, string>>() : undefined,
  };
  for (const table of parentsFirst(tables)) {
    // Rows from migrations stay as they are: they are reference data, or the tool's own records.
    const filled = spread.has(table.table) ? undefined : await rowOf(session, table);
    for (const tenant of tenants) {
      if (filled !== undefined) {
        rows.set(`${tenant.name} ${table.table}`, filled);
        continue;
      }
      const first = await new Seed(table, tenant, ground).find(session);
      const made =
        typeof first === 'object'
          ? first
          : ((await withMoreParents(session, table, { tables, tenant, ground })) ?? first);
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

/** A row of a table of which several keys lead to one parent, with a further row of each such parent; undefined if that does not help. */
async function withMoreParents(
  session: Session,
  table: TableColumns,
  { tables, tenant, ground }: { tables: Seeding['tables']; tenant: SeedTenant; ground: SeedGround },
): Promise<Made | undefined> {
  const parents = table.foreignKeys.map(({ parent }) => parent).filter((parent) => parent !== table.table);
  const repeated = new Set(parents.filter((parent, at) => parents.indexOf(parent) !== at));
  const rows = new Map(ground.rows);
  const statements: SqlText[] = [];
  await session.script(sql`savepoint parents`);
  for (const parent of repeated) {
    const more = await new Seed(tables.get(parent)!, { ...tenant, again: ' again' }, ground).find(session);
    if (typeof more === 'object') {
      rows.set(`${tenant.name} again ${parent}`, more.row);
      statements.push(...more.statements);
    }
  }
  const made = statements.length === 0 ? '' : await new Seed(table, tenant, { ...ground, rows }).find(session);
  if (typeof made === 'object') {
    return { ...made, statements: [...statements, ...made.statements] };
  }
  await session.script(sql`rollback to savepoint parents`);
  return undefined;
}

/** An existing row; undefined if there is none. */
async function rowOf(session: Session, { table, columns }: TableColumns): Promise<SeedRow | undefined> {
  const texts = columns.map(({ quoted }) => sql`${quoted}::text as ${quoted}`);
  const [row] =
    texts.length === 0
      ? []
      : await session.query<Record<string, string | null>>(sql`select ${joined(texts)} from ${table} limit 1`);
  return row === undefined ? undefined : textsOf(row);
}
