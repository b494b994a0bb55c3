import { adminOf } from '../contract/migrator.ts';
import type { ServerName } from '../contract/servers/server-profile.ts';
import { dressCluster, dressedDatabase } from '../pipeline/dress/cluster.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { startTestServer } from './server.ts';

/** A server as its provider sets it up: its superuser's name, its roles, the customer's admin. */
export interface ManagedServer {
  superuser: Target;
  admin: Target;
  /** Runs SQL as the provider. */
  asProvider(sql: string, database?: string): Promise<void>;
  /** Runs SQL as the customer's admin. */
  asAdmin(sql: string, database?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts such a server with a database `app` that its admin owns. */
export async function startManagedServer(name: ServerName, major = 16): Promise<ManagedServer> {
  const server = await startTestServer(major);
  const { signal } = new AbortController();
  const cluster = await dressCluster(server.superuser, adminOf(name), signal);
  const { superuser, migrator: admin } = await dressedDatabase(cluster, 'app', signal);
  const run = (target: Target, sql: string) => withSession(target, {}, (session) => session.script(sql));
  return {
    superuser,
    admin,
    asProvider: (sql, database = 'app') => run({ ...superuser, database }, sql),
    asAdmin: (sql, database = 'app') => run({ ...admin, database }, sql),
    stop: server.stop,
  };
}
