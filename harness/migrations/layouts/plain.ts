import { RolecallError } from '../../common/errors.ts';
import { byCodeUnit } from '../../common/order.ts';
import type { Layout, Steps } from './layout.ts';
import type { Listing } from './listing.ts';
import { downBeside, numberedFiles, withoutTwins } from './parts.ts';

const upName = /^([0-9]+)_[^.]+\.sql$/;

/**
 * Plain SQL, `<revision>_<slug>.sql` with `.down.sql` beside it: Rolecall's own layout, which applies if no other is recognised.
 */
export const plain: Layout = { name: 'plain', recognises: () => false, read };

function read(listing: Listing): Steps {
  const { migrations, others } = numberedFiles(listing, upName, downBeside);
  if (others.length > 0) {
    throw new RolecallError('bad-contract', {
      message: `files in ${listing.folder} that would never run: ${others.toSorted(byCodeUnit).join(', ')}`,
      next: 'A migration is named <revision>_<slug>.sql, its way back <revision>_<slug>.down.sql beside it.',
    });
  }
  return { migrations: withoutTwins(listing, migrations) };
}
