import type { Layout } from './layout.ts';
import { byNumber, topSql, wholeFile, withoutTwins } from './parts.ts';

const upName = /^(\d+)_.+\.up\.sql$/;

/** golang-migrate, and sqlx with ways back: `<number>_<name>.up.sql` and `.down.sql`; by number. */
export const golangMigrate: Layout = {
  name: 'golang-migrate',
  recognises: ({ names }) => names.some((name) => upName.test(name)),
  read: (listing) => {
    const all = topSql(listing);
    const numberOf = (name: string) => upName.exec(name)![1]!;
    const downOf = (name: string) => name.replace(/\.up\.sql$/, '.down.sql');
    const ups = all.filter((name) => upName.test(name)).toSorted(byNumber(numberOf, (name) => name));
    const downs = new Set(ups.map(downOf));
    const migrations = ups.map((file) => ({
      revision: numberOf(file),
      aliases: [numberOf(file).replace(/^0+(?=\d)/, '')],
      file,
      up: [wholeFile(listing, file)],
      down: all.includes(downOf(file)) ? [wholeFile(listing, downOf(file))] : undefined,
    }));
    return {
      migrations: withoutTwins(listing, migrations),
      unused: all
        .filter((name) => !ups.includes(name) && !downs.has(name))
        .map((file) => ({ file, why: 'neither .up.sql nor the .down.sql of one' })),
    };
  },
};
