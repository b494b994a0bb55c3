import { sql } from '../common/sql.ts';
import type { PhaseName } from '../common/phase.ts';
import { stopwatch } from '../common/clock.ts';
import { randomPassword } from '../common/random.ts';
import { identitiesOf } from '../contract/declared.ts';
import type { BuiltPhase } from '../attempts/built-phase.ts';
import type { Accounts, Migrator } from '../migrations/migrator.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { runScriptFiles } from '../psql/script-files.ts';
import { sqlFileError } from '../postgres/sql-error.ts';
import { connect, type Session } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import type { Reporter } from './reporter.ts';
import { databaseNameOn, type StartedServer } from '../topology/topology.ts';
import type { Project } from './project.ts';

export interface BuildOptions {
  server: StartedServer;
  project: Project;
  migrator: Migrator;
  reporter: Reporter;
  signal: AbortSignal;
  /** Passwords by login, shared by phases in the same cluster. */
  passwords: Map<string, string>;
  /** @default the phase's revision in the contract */
  revision?: string;
  /** @default the phase's database in the contract */
  database?: string;
}

/** Makes the phase's database: provision, migrate, provision, seed. Each login that this creates gets a password of this run. */
export async function buildPhase(phase: PhaseName, options: BuildOptions): Promise<BuiltPhase> {
  const { server, project, migrator, reporter, signal } = options;
  const { contract, provision, seeds } = project;
  const revision = options.revision ?? contract.revisions[phase];
  const elapsed = stopwatch();
  const database = options.database ?? contract.databases[phase];
  const superuser = await createDatabase(server, databaseNameOn(server, database), signal);
  const session = await connect(superuser, { signal });
  try {
    await runScriptFiles(superuser, provision.before, 'provision-failed', signal);
    await server.journal?.made();
    await migrator.up(superuser, revision, accountsOf(options));
    await server.journal?.made();
    await runScriptFiles(superuser, provision.after, 'provision-failed', signal);
    await runScriptFiles(superuser, seeds, 'seed-failed', signal);
    await server.journal?.made();
    const logins = await loginsOf(session, superuser, identitiesOf(contract, 'login'), options);
    reporter.onStep?.(phase, `migrated to ${revision}`, elapsed());
    return { phase, revision, superuser, logins };
  } finally {
    await session.close();
  }
}

/** How the migrations may log in as a role. */
export function accountsOf({ server, passwords }: Pick<BuildOptions, 'server' | 'passwords'>): Accounts {
  return { logins: server.logins, passwords };
}

async function createDatabase(
  { superuser, journal }: StartedServer,
  database: string,
  signal: AbortSignal,
): Promise<Target> {
  await journal?.willMake(database);
  const session = await connect(superuser, { signal });
  try {
    await session.script(
      sql`create database ${quoteIdentifier(database)} template template0 encoding 'UTF8' locale 'C'`,
    );
  } catch (error) {
    throw await sqlFileError(
      'provision-failed',
      sql`create database ${quoteIdentifier(database)}`,
      '',
      error,
      'Choose another name under `databases` in the contract.',
    );
  } finally {
    await session.close();
  }
  await journal?.made();
  return { ...superuser, database };
}

async function loginsOf(
  session: Session,
  superuser: Target,
  names: readonly string[],
  { server, passwords }: BuildOptions,
): Promise<Map<string, Target | undefined>> {
  const logins = new Map<string, Target | undefined>();
  for (const name of names) {
    const [role] = await session.query('select from pg_catalog.pg_roles where rolname = $1', [name]);
    if (role === undefined) {
      logins.set(name, undefined);
      continue;
    }
    const known = server.logins?.get(name);
    if (known !== undefined) {
      logins.set(name, { ...known, database: superuser.database });
      continue;
    }
    const password = passwords.get(name) ?? randomPassword();
    passwords.set(name, password);
    await session.script(sql`alter role ${quoteIdentifier(name)} password ${quoteLiteral(password)}`);
    logins.set(name, { ...superuser, user: name, password });
  }
  return logins;
}
