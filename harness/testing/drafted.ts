import type { Draft } from '../draft/draft.ts';
import { readDraft } from '../draft/read-draft.ts';
import { factsOf, serverVersion } from '../pipeline/head-state.ts';
import { withSession } from '../postgres/session.ts';
import type { TestServer } from './server.ts';

/** The draft of what the migrations make in a new database of this name. */
export async function drafted(server: TestServer, database: string, migrations: string): Promise<Draft> {
  await server.createDatabase(database);
  await server.query(migrations, database);
  return withSession(server.target(database), {}, async (session) => {
    const { number } = await serverVersion(session);
    return (await readDraft(session, await factsOf(session, number), undefined)).draft;
  });
}
