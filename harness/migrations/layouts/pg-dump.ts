import { RolecallError } from '../../common/errors.ts';
import type { Layout, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { topSql } from './parts.ts';

const structure = 'structure.sql';
/** Names that tools give to migrations. The first of them is often a dump. */
const ofMigration = /^(?:\d+|[VUB][\d._]+_|R_)[_-]/;

/** A single file: Rails' `structure.sql`, or a dump. It runs statement by statement, as psql runs it. */
export const pgDump: Layout = {
  name: 'pg-dump',
  recognises: (listing) => {
    const all = topSql(listing);
    return (
      !all.some((name) => ofMigration.test(name)) &&
      (all.includes(structure) || (all.length === 1 && isDump(listing.text(all[0]!))))
    );
  },
  read,
};

function read(listing: Listing): Steps {
  const all = topSql(listing);
  const file = all.includes(structure) ? structure : all[0];
  if (file === undefined || (file !== structure && all.length > 1)) {
    throw new RolecallError('bad-contract', {
      message: `${listing.folder} holds ${all.length} .sql files, and which is the dump cannot be told`,
      next: 'Name the file itself under migrations.folder in the contract.',
    });
  }
  // A transaction around a large dump would need more locks than a server has.
  const up = [{ file, text: listing.text(file), transaction: false }];
  return {
    migrations: [{ revision: file.replace(/\.sql$/, ''), file, up }],
    unused: all.filter((name) => name !== file).map((name) => ({ file: name, why: `${file} is all` })),
  };
}

function isDump(text: string): boolean {
  return /^-- PostgreSQL database (?:cluster )?dump\s*$/m.test(text.slice(0, 2000));
}
