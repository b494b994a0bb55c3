import type { Layout, Migration } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, ownNames, wholeFile } from './parts.ts';

const lock = 'migration_lock.toml';
const migrationFile = /^([^/]+)\/migration\.sql$/;
const upFile = /^(([\d-]+)_[^/]+)\/up\.sql$/;

/** Prisma: one folder for each migration, with `migration.sql` and, if somebody wrote one, `down.sql`; by the folder's name. */
export const prisma: Layout = {
  name: 'prisma',
  recognises: (listing) => listing.has(lock) || ownNames(listing).some((name) => isUnlocked(name, listing)),
  read: (listing) => ({
    migrations: listing.names
      .filter((name) => migrationFile.test(name))
      .map((file) => ({
        ...folderMigration(listing, file, migrationFile.exec(file)![1]!),
        ...aliased(/^(\d+)_/.exec(file)?.[1]),
      })),
    marks: listing.names.filter((name) => name === lock),
  }),
};

/** Hasura and Diesel: one folder for each migration, with `up.sql` and `down.sql`; by the number at the beginning of its name. */
export const hasura: Layout = {
  name: 'hasura',
  recognises: (listing) => ownNames(listing).some((name) => upFile.test(name)),
  read: (listing) => {
    const version = (name: string) => upFile.exec(name)![2]!.replaceAll('-', '');
    return {
      migrations: listing.names
        .filter((name) => upFile.test(name))
        .toSorted(byNumber(version, (name) => name))
        .map((file) => ({
          ...folderMigration(listing, file, upFile.exec(file)![1]!),
          aliases: [version(file)],
        })),
    };
  },
};

/** Whether a file is a migration of a folder without a lock file that does not belong to Drizzle. */
function isUnlocked(name: string, listing: Listing): boolean {
  return /^\d+_/.test(name) && migrationFile.test(name) && !listing.has(besides(name, 'snapshot.json'));
}

function aliased(version: string | undefined): Pick<Migration, 'aliases'> {
  return version === undefined ? {} : { aliases: [version] };
}

function besides(file: string, name: string): string {
  return `${file.slice(0, file.lastIndexOf('/'))}/${name}`;
}

function folderMigration(listing: Listing, file: string, revision: string): Migration {
  const down = besides(file, 'down.sql');
  // Diesel sets it in a separate file.
  const isBare = /^\s*run_in_transaction\s*=\s*false/m.test(listing.text(besides(file, 'metadata.toml')));
  const part = (name: string) => wholeFile(listing, name, isBare ? { transaction: false } : {});
  return {
    revision,
    file,
    up: [part(file)],
    down: listing.has(down) ? [part(down)] : undefined,
  };
}
