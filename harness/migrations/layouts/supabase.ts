import type { Layout } from './layout.ts';
import { byNumber, topSql, wholeFile, withoutTwins } from './parts.ts';

const upName = /^([0-9]+)_.*(?<!\.down)\.sql$/;
const config = '../config.toml';

/** Supabase: numbered files beside its `config.toml`; others its CLI passes over. */
export const supabase: Layout = {
  name: 'supabase',
  recognises: (listing) =>
    listing.has(config) &&
    (/^\s*project_id\s*=/m.test(listing.text(config)) ||
      /(?:^|[\\/])supabase[\\/]migrations[\\/]?$/.test(listing.folder)),
  read: (listing) => {
    const all = topSql(listing);
    const revisionOf = (name: string) => upName.exec(name)![1]!;
    const found = all.filter((name) => upName.test(name)).toSorted(byNumber(revisionOf, (name) => name));
    const downOf = (name: string) => name.replace(/\.sql$/, '.down.sql');
    const downs = new Set(found.map(downOf));
    const migrations = found.map((file) => ({
      revision: revisionOf(file),
      file,
      up: [wholeFile(listing, file)],
      down: all.includes(downOf(file)) ? [wholeFile(listing, downOf(file))] : undefined,
    }));
    return {
      migrations: withoutTwins(listing, migrations),
      unused: all
        .filter((name) => !found.includes(name) && !downs.has(name))
        .map((file) => ({ file, why: 'its name does not begin with a number and _' })),
    };
  },
};
