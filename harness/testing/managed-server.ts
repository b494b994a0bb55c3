import { readServerProfile, type ServerName } from '../contract/servers/server-profile.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { startTestServer } from './server.ts';

/** A server that looks as its provider makes it: its superuser's name, its roles, the customer's admin. */
export interface ManagedServer {
  superuser: Target;
  admin: Target;
  /** Runs SQL as the provider. */
  asProvider(sql: string, database?: string): Promise<void>;
  /** Runs SQL as the customer's admin. */
  asAdmin(sql: string, database?: string): Promise<void>;
  stop(): Promise<void>;
}

const password = 'only-in-tests';

/** Starts such a server with a database `app` that is its admin's. */
export async function startManagedServer(name: ServerName, major = 16): Promise<ManagedServer> {
  const server = await startTestServer(major);
  const { superuser: boss, roles, admin } = readServerProfile(name);
  const helper = { ...server.superuser, user: 'rolecall_helper', password };
  const target = (user: string, database: string): Target => ({ ...server.superuser, user, password, database });
  const run = (one: Target, sql: string) => withSession(one, {}, (session) => session.script(sql));
  await run(server.superuser, `create role rolecall_helper superuser login password '${password}'`);
  // Nobody can rename the role that he is.
  const renamed = `alter role postgres rename to ${quoteIdentifier(boss)}; alter role ${quoteIdentifier(boss)} password '${password}'`;
  await run(helper, boss === 'postgres' ? `alter role postgres password '${password}'` : renamed);
  const superuser = target(boss, 'postgres');
  await run(superuser, 'drop role rolecall_helper');
  const all = Object.entries({ ...roles, [admin.role]: admin });
  for (const [role, { attributes }] of all) {
    const words = attributes.includes('INHERIT') ? attributes : ['NOINHERIT', ...attributes];
    await run(superuser, `create role ${quoteIdentifier(role)} ${words.join(' ')}`);
  }
  for (const [role, { member_of, administers }] of all) {
    for (const group of member_of) {
      const option = administers.includes(group) ? 'with admin option' : '';
      // Some of the server's own roles came with later versions.
      await run(
        superuser,
        `do $$ begin if to_regrole('${group}') is not null then grant ${quoteIdentifier(group)} to ${quoteIdentifier(role)} ${option}; end if; end $$`,
      );
    }
  }
  await run(superuser, `alter role ${quoteIdentifier(admin.role)} password '${password}'`);
  await run(superuser, `create database app owner ${quoteIdentifier(admin.role)} template template0`);
  return {
    superuser: target(boss, 'app'),
    admin: target(admin.role, 'app'),
    asProvider: (sql, database = 'app') => run(target(boss, database), sql),
    asAdmin: (sql, database = 'app') => run(target(admin.role, database), sql),
    stop: server.stop,
  };
}
