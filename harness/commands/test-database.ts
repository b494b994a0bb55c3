import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { sql } from '../common/sql.ts';
import { randomPassword } from '../common/random.ts';
import { RolecallError } from '../common/errors.ts';
import { identitiesOf } from '../contract/declared.ts';
import { extensionSchemas } from '../pgtap/extension-schemas.ts';
import { installPgtap } from '../pgtap/pgtap.ts';
import { pgtapPath } from '../pgtap/pgtap-path.ts';
import { providePgtap, removeTemporaryPgtap } from '../pgtap/provide-pgtap.ts';
import { buildPhase } from '../pipeline/build-phase.ts';
import { readProject } from '../pipeline/project.ts';
import { parserMajor } from '../postgres/parsed-sql.ts';
import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import { withSession, type Session } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { topologies } from '../topology/registry.ts';
import type { Context } from './context.ts';
import { migratorOf } from './migrator.ts';
import { chooseTopology, surroundings } from './topology.ts';

/** A database that test files are run in. */
export interface TestDatabase {
  superuser: Target;
  /** Logins that a file's header, or `--as`, may name, if the server is ours. */
  logins: ReadonlyMap<string, Target>;
  /** SQL that runs first in each session. */
  opening: string | undefined;
  /** Whether pgTAP was loaded for the run. Statements of a file that create its extension are then skipped. */
  loadsPgtap: boolean;
  own: boolean;
}

export interface OwnDatabaseOptions {
  contract: string | undefined;
  major: number | undefined;
  files: readonly string[];
}

export const defaultContract = 'db/contract.yaml';

/** A server of our own, migrated to head if the project has a contract, otherwise empty. */
export async function ownDatabase(options: OwnDatabaseOptions, context: Context): Promise<TestDatabase> {
  const contract = options.contract ?? (existsSync(defaultContract) ? defaultContract : undefined);
  return contract === undefined ? emptyDatabase(options, context) : migratedDatabase(contract, options.major, context);
}

async function emptyDatabase({ major, files }: OwnDatabaseOptions, context: Context): Promise<TestDatabase> {
  const { signal, stderr } = context;
  const embedded = await topologies.embedded();
  const { superuser } = await embedded.start('head', {
    major: major ?? 16,
    exactMajor: major !== undefined,
    ...surroundings(context),
  });
  // The schema where CREATE EXTENSION would put it, so that a file finds it whatever it does to its search path.
  const schemas = new Set(['public']);
  for (const file of files) {
    const named = await extensionSchemas(await readFile(file, 'utf8').catch(() => ''));
    named.schemas.forEach((schema) => schemas.add(schema));
    named.unread.forEach((statement) => {
      stderr(`${file}: pgTAP is in public, for the parser of PostgreSQL ${parserMajor} cannot read: ${statement}\n`);
    });
  }
  await withSession(superuser, { signal }, async (session) => {
    for (const schema of schemas) {
      await installPgtap(session, schema);
    }
  });
  return { superuser, logins: new Map(), opening: undefined, loadsPgtap: true, own: true };
}

async function migratedDatabase(contract: string, major: number | undefined, context: Context): Promise<TestDatabase> {
  const { signal } = context;
  const project = await readProject(contract);
  const { topology, options } = await chooseTopology({ topology: 'embedded', pg: major }, project, 'head', context);
  const server = await topology.start('head', options);
  const migrator = migratorOf(project, context);
  const built = await buildPhase('head', { server, project, migrator, reporter: {}, signal, passwords: new Map() });
  const logins = new Map([...built.logins].filter((entry): entry is [string, Target] => entry[1] !== undefined));
  // Our own connection acts as the migrators, as in a run.
  const migrators = identitiesOf(project.contract, 'migrator').map((name): [string, Target] => [name, built.superuser]);
  const schema = await withSession(built.superuser, { signal }, async (session) => {
    // plan() makes temporary tables.
    for (const login of logins.keys()) {
      await session.script(
        sql`grant temporary on database ${quoteIdentifier(built.superuser.database)} to ${quoteIdentifier(login)}`,
      );
    }
    return (await providePgtap(session, 'load'))!.schema;
  });
  return {
    superuser: built.superuser,
    logins: new Map([...migrators, ...logins]),
    opening: pgtapPath(schema),
    loadsPgtap: true,
    own: true,
  };
}

/**
 * An existing server: with the pgTAP that it has, otherwise it is loaded, if that is allowed, and removed at the end of the run.
 */
export async function existingDatabase(
  superuser: Target,
  settings: string | undefined,
  allowPgtap: boolean,
  { signal, releasers, stderr }: Context,
): Promise<TestDatabase> {
  const found = { superuser, logins: new Map<string, Target>(), opening: undefined, loadsPgtap: false, own: false };
  if (await withSession(superuser, { signal, settings }, hasPgtap)) {
    return found;
  }
  if (!allowPgtap) {
    stderr('The database has no pgTAP on the search path; --allow-pgtap loads it for the run, and removes it again.\n');
    return found;
  }
  // Ctrl-C closes our connections, so the removal needs one of its own.
  await releasers.add('pgTAP in the database', { release: () => withSession(superuser, {}, removeTemporaryPgtap) });
  const schema = await withSession(superuser, { signal }, async (session) => {
    const provided = await providePgtap(session, 'load-and-remove');
    return provided!.schema;
  });
  return { ...found, opening: pgtapPath(schema), loadsPgtap: true };
}

/** Whether a session finds pgTAP, however it was installed. */
async function hasPgtap(session: Session): Promise<boolean> {
  const [row] = await session.query<{ there: boolean }>(
    `select pg_catalog.to_regprocedure('plan(integer)') is not null or exists (select from pg_catalog.pg_extension where extname = 'pgtap') as there`,
  );
  return row!.there;
}

/**
 * How `role` logs in: as the contract's login, with a password of this run if the server is ours, otherwise as the environment
 * says.
 */
export async function loginAs(role: string, database: TestDatabase, signal: AbortSignal): Promise<Target> {
  const { superuser, logins, own } = database;
  const known = logins.get(role);
  if (known !== undefined) {
    return known;
  }
  if (!own) {
    return { ...superuser, user: role };
  }
  const password = randomPassword();
  await withSession(superuser, { signal }, (session) =>
    session.script(sql`alter role ${quoteIdentifier(role)} password ${quoteLiteral(password)}`),
  ).catch((error: unknown) => {
    throw new RolecallError('bad-argument', {
      message: `there is no role ${role} to log in as`,
      next: 'Make it in the file of --setup, or correct --as.',
      cause: error,
    });
  });
  return { ...superuser, user: role, password };
}
