import type { Layout } from './layout.ts';
import { downBeside, numberedFiles, withoutTwins } from './parts.ts';

const upName = /^([0-9]+)_.*(?<!\.down)\.sql$/;
const config = '../config.toml';

/** Supabase: numbered files beside its `config.toml`. Its CLI skips any other file. */
export const supabase: Layout = {
  name: 'supabase',
  recognises: (listing) =>
    listing.has(config) &&
    (/^\s*project_id\s*=/m.test(listing.text(config)) ||
      /(?:^|[\\/])supabase[\\/]migrations[\\/]?$/.test(listing.folder)),
  read: (listing) => {
    const { migrations, others } = numberedFiles(listing, upName, downBeside);
    return {
      migrations: withoutTwins(listing, migrations),
      unused: others.map((file) => ({ file, why: 'its name does not begin with a number and _' })),
    };
  },
};
