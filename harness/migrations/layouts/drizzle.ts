import { messageOf, RolecallError } from '../../common/errors.ts';
import type { Layout, Migration, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { inTransaction, requireListed, topSql } from './parts.ts';
import { endedAt } from './statements.ts';

const journal = 'meta/_journal.json';
const inFolder = /^([^/]+)\/migration\.sql$/;
/** The statement before it may lack its semicolon. */
const breakpoint = /-->[ \t]*statement-breakpoint/g;

/**
 * Drizzle: the entries of its journal, in that order, whatever else is in the folder. Later versions have one folder each, with a
 * snapshot.
 */
export const drizzle: Layout = {
  name: 'drizzle',
  recognises: (listing) => listing.has(journal) || folders(listing).length > 0,
  read: (listing) => (listing.has(journal) ? readJournal(listing) : readFolders(listing)),
};

function folders(listing: Listing): string[] {
  return listing.names.flatMap((name) => {
    const [, folder] = inFolder.exec(name) ?? [];
    return folder !== undefined && listing.has(`${folder}/snapshot.json`) ? [folder] : [];
  });
}

function readFolders(listing: Listing): Steps {
  return { migrations: folders(listing).map((tag) => migration(listing, tag, `${tag}/migration.sql`)) };
}

function readJournal(listing: Listing): Steps {
  const tags = tagsOf(listing);
  const files = tags.map((tag) => `${tag}.sql`);
  requireListed(listing, journal, files, 'Restore the files, or take their entries out of the journal.');
  return {
    migrations: tags.map((tag, at) => migration(listing, tag, files[at]!)),
    unused: topSql(listing)
      .filter((name) => !files.includes(name))
      .map((file) => ({ file, why: `not in ${journal}` })),
    marks: [journal],
  };
}

function migration(listing: Listing, revision: string, file: string): Migration {
  const text = endedAt(listing.text(file), breakpoint);
  return { revision, file, up: [{ file, text, transaction: inTransaction(text) }] };
}

function tagsOf(listing: Listing): string[] {
  try {
    const { entries } = JSON.parse(listing.text(journal)) as { entries: { tag: unknown; idx: number }[] };
    return entries.toSorted((a, b) => a.idx - b.idx).map(({ tag }) => String(tag));
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder}/${journal} cannot be read: ${messageOf(error)}`,
      cause: error,
      next: 'Restore it: drizzle-kit writes it.',
    });
  }
}
