import { RolecallError } from '../../common/errors.ts';
import { byCodeUnit } from '../../common/order.ts';
import type { Layout, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { byNumber, topSql, wholeFile, withoutTwins } from './parts.ts';

const upName = /^([0-9]+)_[^.]+\.sql$/;

/** Plain SQL, `<revision>_<slug>.sql`, downs beside them as `.down.sql`: our own, and what is left where no other is recognised. */
export const plain: Layout = { name: 'plain', recognises: () => false, read };

function read(listing: Listing): Steps {
  // By number, so that 10 comes after 9; what is padded to one length keeps its order.
  const all = topSql(listing);
  const revisionOf = (name: string) => upName.exec(name)![1]!;
  const found = all.filter((name) => upName.test(name)).toSorted(byNumber(revisionOf, (name) => name));
  const downs = found.map(downOf);
  const stray = all.filter((name) => !found.includes(name) && !downs.includes(name));
  if (stray.length > 0) {
    throw new RolecallError('bad-contract', {
      message: `files in ${listing.folder} that would never run: ${stray.toSorted(byCodeUnit).join(', ')}`,
      next: 'A migration is named <revision>_<slug>.sql, its way back <revision>_<slug>.down.sql beside it.',
    });
  }
  const migrations = found.map((file) => ({
    revision: revisionOf(file),
    file,
    up: [wholeFile(listing, file)],
    down: all.includes(downOf(file)) ? [wholeFile(listing, downOf(file))] : undefined,
  }));
  return { migrations: withoutTwins(listing, migrations) };
}

function downOf(up: string): string {
  return up.replace(/\.sql$/, '.down.sql');
}
