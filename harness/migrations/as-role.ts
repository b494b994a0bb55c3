import { RolecallError } from '../common/errors.ts';
import { randomPassword } from '../common/random.ts';
import { sql } from '../common/sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import type { Accounts } from './migrator.ts';

/**
 * Runs `work` with a real login of the role, so that the role owns what it creates, its default privileges apply, and its
 * settings (even `role`) are those of a login. A role without LOGIN gets it only for this time. If the role is the superuser
 * itself, nothing is altered.
 */
export async function asRole<T>(
  superuser: Target,
  role: string,
  { logins, passwords }: Accounts,
  signal: AbortSignal,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  if (role === superuser.user) {
    return work(superuser);
  }
  const known = logins?.get(role);
  const name = quoteIdentifier(role);
  const [found] = await withSession(superuser, { signal }, (session) =>
    session.query<{ login: boolean }>('select rolcanlogin as login from pg_catalog.pg_roles where rolname = $1', [
      role,
    ]),
  );
  if (found === undefined) {
    throw new RolecallError('bad-contract', {
      message: `the migrations run as ${role} (migrations.as), a role that is not there when they begin`,
      next: `Make it in the file of provision.before, as it is in production: create role ${name} …;`,
    });
  }
  if (known !== undefined) {
    return work({ ...known, database: superuser.database });
  }
  const password = passwords.get(role) ?? randomPassword();
  passwords.set(role, password);
  const working = async () => {
    await withSession(superuser, { signal }, (session) =>
      session.script(sql`alter role ${name} login password ${quoteLiteral(password)}`),
    );
    return work({ ...superuser, user: role, password });
  };
  return found.login ? working() : andThen(working, () => takeLogin(superuser, role));
}

/** Continues if the run is interrupted: an aborted signal would leave LOGIN set. */
function takeLogin(superuser: Target, role: string): Promise<void> {
  return withSession(superuser, {}, (session) => session.script(sql`alter role ${quoteIdentifier(role)} nologin`));
}

/** Runs `last` however `work` ends. If both fail, the first error is reported. */
async function andThen<T>(work: () => Promise<T>, last: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await last().catch(() => undefined);
    throw error;
  }
  await last();
  return result;
}
