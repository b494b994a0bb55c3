import type { Layout } from './layout.ts';
import { numberedFiles, withoutTwins, withoutZeros } from './parts.ts';

const upName = /^(\d+)_.+\.up\.sql$/;

/** golang-migrate, and sqlx with down migrations: `<number>_<name>.up.sql` and `.down.sql`; by number. */
export const golangMigrate: Layout = {
  name: 'golang-migrate',
  recognises: ({ names }) => names.some((name) => upName.test(name)),
  read: (listing) => {
    const { migrations, others } = numberedFiles(listing, upName, (up) => up.replace(/\.up\.sql$/, '.down.sql'));
    return {
      migrations: withoutTwins(listing, migrations).map((migration) => ({
        ...migration,
        aliases: [withoutZeros(migration.revision)],
      })),
      unused: others.map((file) => ({ file, why: 'neither .up.sql nor the .down.sql of one' })),
    };
  },
};
