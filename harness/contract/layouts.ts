/** Layouts of migrations that are read as their tools read them, in the order in which they are named. */
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
