import type { LayoutName } from '../../contract/layouts.ts';
import { RolecallError } from '../../common/errors.ts';
import type { Layout } from './layout.ts';
import type { Listing } from './listing.ts';
import { pgDump } from './pg-dump.ts';
import { atlas } from './atlas.ts';
import { drizzle } from './drizzle.ts';
import { flyway } from './flyway.ts';
import { graphileMigrate } from './graphile-migrate.ts';
import { liquibase } from './liquibase.ts';
import { sqitch } from './sqitch.ts';
import { hasura, prisma } from './folders.ts';
import { golangMigrate } from './golang-migrate.ts';
import { dbmate, goose, nodePgMigrate } from './sections.ts';
import { plain } from './plain.ts';
import { supabase } from './supabase.ts';

/** Every layout, in the order in which they are listed. `plain` applies if no other does. */
export const layouts: readonly Layout[] = [
  liquibase,
  graphileMigrate,
  sqitch,
  drizzle,
  prisma,
  hasura,
  atlas,
  dbmate,
  goose,
  golangMigrate,
  flyway,
  nodePgMigrate,
  supabase,
  pgDump,
  plain,
];

/** The layout with a name. */
export function layoutOf(name: LayoutName): Layout {
  return layouts.find((layout) => layout.name === name)!;
}

/** The layout whose marks a folder has, or `plain` if it has none. Refuses with `bad-contract` if two layouts match. */
export function recognised(listing: Listing): Layout {
  const found = layouts.filter((layout) => layout.recognises(listing));
  if (found.length > 1) {
    const names = found.map(({ name }) => name);
    throw new RolecallError('bad-contract', {
      message: `the migrations in ${listing.folder} could be laid out as ${names.slice(0, -1).join(', ')} or as ${names.at(-1)!}`,
      next: `Name one of them in the contract: migrations: { folder: …, layout: ${names[0]!} }, or ${names.slice(1).join(', ')}. rolecall init takes it as --layout.`,
    });
  }
  return found[0] ?? plain;
}
