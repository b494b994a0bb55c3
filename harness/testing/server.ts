import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

import { Releasers } from '../process/releasers.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { connect, type Row, type Session } from '../postgres/session.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import { embedded } from '../topology/embedded/embedded.ts';

/** Where tests keep initialised clusters, shared by all test files. */
export const testCacheDir = fileURLToPath(new URL('../../node_modules/.cache/rolecall', import.meta.url));
export const testTempDirs = ['/dev/shm', tmpdir()];

export interface TestServer {
  superuser: Target;
  superuserUrl: string;
  /** `server_version_num`, for example 160014. */
  version: number;
  query(sql: string, database?: string): Promise<Row[]>;
  createDatabase(name: string): Promise<void>;
  /** The superuser's connection to a database. */
  target(database: string): Target;
  stop(): Promise<void>;
}

/** A real embedded server for one test file. Its `stop` leaves nothing behind. */
export async function startTestServer(major = 16): Promise<TestServer> {
  const releasers = new Releasers();
  const { superuser } = await embedded.start('head', {
    major,
    cacheDir: testCacheDir,
    tempDirs: testTempDirs,
    env: {},
    releasers,
    signal: new AbortController().signal,
  });
  const sessions = new Map<string, Session>();
  const target = (database: string): Target => ({ ...superuser, database });
  const query = async (sql: string, database = superuser.database): Promise<Row[]> => {
    const session = sessions.get(database) ?? (await connect(target(database)));
    sessions.set(database, session);
    return session.query(sql);
  };
  const [row] = await query(`select current_setting('server_version_num')::int as version`);
  return {
    superuser,
    superuserUrl: urlOf(superuser),
    version: row!['version'] as number,
    query,
    target,
    createDatabase: async (name) => {
      await query(`create database ${quoteIdentifier(name)} template template0`);
    },
    stop: async () => {
      await Promise.all([...sessions.values()].map((session) => session.close()));
      await releasers.release();
    },
  };
}
