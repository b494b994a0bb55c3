import { rolledBack } from '../postgres/rolled-back.ts';
import { withSession } from '../postgres/session.ts';
import type { TestServer } from './server.ts';
import { draftSeeds, type DraftSeeds } from '../draft/seeds.ts';
import { readTables } from '../draft/tables.ts';

let databases = 0;

/** Drafts seeds of tenants 901 and 902, whom `org` names wherever it is, in a new database, and runs them there. */
export async function trySeeds(
  server: TestServer,
  migrations: string,
): Promise<DraftSeeds & { count(table: string): Promise<number> }> {
  databases += 1;
  const database = `seeds_${databases}`;
  await server.createDatabase(database);
  await server.query(migrations, database);
  const seeds = await withSession(server.target(database), {}, async (session) => {
    const tables = await readTables(session);
    const tenants = [...tables].filter(([, { columns }]) => columns.some(({ name }) => name === 'org'));
    return rolledBack(session, 'begin; set constraints all immediate', () =>
      draftSeeds(session, tables, new Map(tenants.map(([name]) => [name, new Map([['org', 'org']])])), [
        { name: 'own', values: { org: '901' }, settings: { 'app.org': '901' } },
        { name: 'other', values: { org: '902' }, settings: { 'app.org': '902' } },
      ]),
    );
  });
  // As somebody runs them.
  await server.query(`begin; ${seeds.statements.map((one) => `${one};`).join('\n')} commit`, database);
  return {
    ...seeds,
    count: async (table) => Number((await server.query(`select count(*) from ${table}`, database))[0]!['count']),
  };
}
