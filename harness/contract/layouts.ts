/** Layouts of migrations that Rolecall reads as their tools do, in the order in which they are listed. */
export const layoutNames = [
  'liquibase',
  'graphile-migrate',
  'sqitch',
  'drizzle',
  'prisma',
  'hasura',
  'atlas',
  'dbmate',
  'goose',
  'golang-migrate',
  'flyway',
  'node-pg-migrate',
  'supabase',
  'pg-dump',
  'plain',
] as const;

export type LayoutName = (typeof layoutNames)[number];

/** Tables and schemas in which a tool records what it has run. A table may be in any schema. */
export interface Bookkeeping {
  tables: readonly string[];
  schemas: readonly string[];
}

/** The bookkeeping of each tool. It is not judged. */
export const bookkeeping: Readonly<Record<LayoutName, Bookkeeping>> = {
  liquibase: { tables: ['databasechangelog', 'databasechangeloglock'], schemas: [] },
  'graphile-migrate': { tables: [], schemas: ['graphile_migrate'] },
  sqitch: { tables: [], schemas: ['sqitch'] },
  drizzle: { tables: ['__drizzle_migrations'], schemas: ['drizzle'] },
  prisma: { tables: ['_prisma_migrations'], schemas: [] },
  hasura: { tables: ['__diesel_schema_migrations'], schemas: ['hdb_catalog'] },
  atlas: { tables: ['atlas_schema_revisions'], schemas: ['atlas_schema_revisions'] },
  dbmate: { tables: ['schema_migrations'], schemas: [] },
  goose: { tables: ['goose_db_version'], schemas: [] },
  'golang-migrate': { tables: ['schema_migrations', '_sqlx_migrations'], schemas: [] },
  flyway: { tables: ['flyway_schema_history'], schemas: [] },
  'node-pg-migrate': { tables: ['pgmigrations'], schemas: [] },
  supabase: { tables: [], schemas: ['supabase_migrations'] },
  'pg-dump': { tables: ['schema_migrations', 'ar_internal_metadata'], schemas: [] },
  plain: { tables: [], schemas: [] },
};
