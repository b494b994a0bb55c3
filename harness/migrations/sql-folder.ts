import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { memoryStorage, MigrationError, Umzug } from 'umzug';

import { RolecallError } from '../common/errors.ts';
import { by } from '../common/order.ts';
import type { Session } from '../postgres/session.ts';
import { nameOf, type Target } from '../postgres/target.ts';
import { adviceOn } from '../psql/advice.ts';
import { faultError, PsqlFault } from '../psql/psql-fault.ts';
import { runFile } from '../psql/run-file.ts';
import { overdue, type Migrator } from './migrator.ts';

interface Migration {
  revision: string;
  up: string;
  /** Undefined where there is no way back from it. */
  down: string | undefined;
}

const upName = /^([0-9]+)_[^.]+\.sql$/;

/**
 * A migrator over plain SQL files named `<revision>_<slug>.sql`, downs beside them as `.down.sql`; each file is one
 * transaction. What has been applied is remembered here, not in the database, whose state stays the project's own. All of
 * `revisions` must exist; there is a way down where each migration between them has one. A file may take `seconds`.
 */
export async function sqlFolder(
  folder: string,
  signal: AbortSignal,
  revisions: readonly string[] = [],
  seconds = 300,
): Promise<Migrator> {
  const migrations = await readMigrations(folder);
  const places = revisions.map((revision) => placeOf(folder, migrations, revision));
  const above = migrations.filter((_, place) => place > Math.min(...places) && place <= Math.max(...places));
  const hasWayBack = revisions.length === 0 || above.every(({ down }) => down !== undefined);
  const applied = new Map<string, ReturnType<typeof memoryStorage>>();

  const migrate = async (superuser: Target, revision: string, direction: 'up' | 'down'): Promise<void> => {
    const at = placeOf(folder, migrations, revision);
    const key = nameOf(superuser);
    const storage = applied.get(key) ?? memoryStorage();
    applied.set(key, storage);
    try {
      const umzug = new Umzug({
        migrations: migrations.map((migration) => ({
          name: migration.revision,
          up: () => runMigration(superuser, path.join(folder, migration.up), seconds, signal),
          down: () => runMigration(superuser, path.join(folder, required(migration)), seconds, signal),
        })),
        storage,
        logger: undefined,
      });
      const upTo = migrations.slice(0, at + 1).map((migration) => migration.revision);
      const above = migrations
        .slice(at + 1)
        .map((migration) => migration.revision)
        .toReversed();
      await (direction === 'up'
        ? umzug.up({ migrations: upTo, rerun: 'SKIP' })
        : umzug.down({ migrations: above, rerun: 'SKIP' }));
    } catch (error) {
      throw error instanceof MigrationError ? error.cause : error;
    }
  };

  return {
    up: (superuser, revision) => migrate(superuser, revision, 'up'),
    ...(hasWayBack ? { down: (superuser: Target, revision: string) => migrate(superuser, revision, 'down') } : {}),
  };
}

/** The revisions of a folder, oldest first. */
export async function revisionsOf(folder: string): Promise<string[]> {
  return (await readMigrations(folder)).map(({ revision }) => revision);
}

/** The newest revision of a folder; undefined where it holds none. */
export async function newestRevision(folder: string): Promise<string | undefined> {
  return (await revisionsOf(folder)).at(-1);
}

/** The files of a folder that are newer than `revision`, by name; none where the folder does not hold it. */
export async function filesAfter(folder: string, revision: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const at = migrations.findIndex((migration) => migration.revision === revision);
  return at === -1 ? [] : migrations.slice(at + 1).map(({ up }) => up);
}

function placeOf(folder: string, migrations: readonly Migration[], revision: string): number {
  const at = migrations.findIndex((migration) => migration.revision === revision);
  if (at === -1) {
    throw new RolecallError('bad-contract', {
      message: `there is no migration of revision ${revision} in ${folder}: ${migrations.map((migration) => migration.revision).join(', ') || 'it holds none'}`,
      next: 'Name a revision that exists under `revisions` in the contract.',
    });
  }
  return at;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new RolecallError('bad-contract', {
      message: `cannot read the migrations folder ${folder}`,
      cause: error,
      next: 'Correct migrations.folder in the contract.',
    });
  });
  // By number, so that 10 comes after 9; what is padded to one length keeps its order.
  const found = names
    .filter((name) => upName.test(name))
    .toSorted(by((name) => `${upName.exec(name)![1]!.padStart(40, '0')} ${name}`));
  const downs = found.map(downOf);
  const stray = names.filter((name) => name.endsWith('.sql') && !found.includes(name) && !downs.includes(name));
  if (stray.length > 0) {
    throw new RolecallError('bad-contract', {
      message: `files in ${folder} that would never run: ${stray.toSorted().join(', ')}`,
      next: 'A migration is named <revision>_<slug>.sql, its way back <revision>_<slug>.down.sql beside it.',
    });
  }
  const migrations = found.map((name) => {
    const down = downOf(name);
    return { revision: upName.exec(name)![1]!, up: name, down: names.includes(down) ? down : undefined };
  });
  const twice = migrations.find(({ revision }, index) => migrations[index - 1]?.revision === revision);
  if (twice !== undefined) {
    throw new RolecallError('bad-contract', {
      message: `two migrations in ${folder} have the revision ${twice.revision}`,
      next: 'Give one of them a revision of its own.',
    });
  }
  return migrations;
}

function downOf(up: string): string {
  return up.replace(/\.sql$/, '.down.sql');
}

function required({ revision, down }: Migration): string {
  if (down === undefined) {
    throw new RolecallError('migration-failed', {
      message: `revision ${revision} has no way back`,
      next: `Write its .down.sql.`,
    });
  }
  return down;
}

/** Runs one file; when its time is up the server is told to cancel it, so that nothing of it stays. */
async function runMigration(target: Target, file: string, seconds: number, signal: AbortSignal): Promise<void> {
  const text = await readFile(file, 'utf8');
  let isOverdue = false;
  let running: Session | undefined;
  let cancelled: Promise<void> | undefined;
  const timer = setTimeout(() => {
    isOverdue = true;
    cancelled = running?.cancel();
  }, seconds * 1000);
  try {
    await runFile(target, { file, text, signal, onSession: (session) => (running = session) });
  } catch (error) {
    if (!(error instanceof PsqlFault)) {
      throw error;
    }
    const said = faultError('migration-failed', error, adviceOn(error, 'the migration'));
    throw isOverdue
      ? new RolecallError('timed-out', {
          message: `a migration was not done after ${seconds} s, and has been cancelled\n${said.message}`,
          cause: error,
          next: overdue,
        })
      : said;
  } finally {
    clearTimeout(timer);
    await cancelled;
  }
}
