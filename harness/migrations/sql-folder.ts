import path from 'node:path';

import { memoryStorage, MigrationError, Umzug } from 'umzug';

import { RolecallError } from '../common/errors.ts';
import type { Session } from '../postgres/session.ts';
import { nameOf, type Target } from '../postgres/target.ts';
import { adviceOn } from '../psql/advice.ts';
import { faultError, PsqlFault } from '../psql/psql-fault.ts';
import { runFile } from '../psql/run-file.ts';
import type { Migration, Part } from './layouts/layout.ts';
import { overdue, type Migrator } from './migrator.ts';
import { asVariables, filledText, requireValues } from './placeholders.ts';
import { placeOf, readPlan, type Plan } from './plan.ts';

interface FolderOptions {
  /** All of them must exist; there is a way down where each migration between them has one. */
  revisions?: readonly string[];
  /** How long a part may take. @default 300 */
  seconds?: number | undefined;
  /** Values that the contract gives. */
  placeholders?: Readonly<Record<string, string>> | undefined;
}

/** A migrator over a folder whose layout is recognised. */
export function sqlFolder(
  folder: string,
  signal: AbortSignal,
  revisions: readonly string[] = [],
  seconds = 300,
): Migrator {
  return planMigrator(readPlan(folder), signal, { revisions, seconds });
}

/**
 * A migrator over a folder of SQL in the layout of its tool. What has been applied is remembered here, not in the database,
 * whose state stays the project's own.
 */
export function planMigrator(
  plan: Plan,
  signal: AbortSignal,
  { revisions = [], seconds = 300, placeholders = {} }: FolderOptions = {},
): Migrator {
  const { folder, migrations } = plan;
  const places = revisions.map((revision) => placeOf(plan, revision));
  const above = migrations.filter((_, place) => place > Math.min(...places) && place <= Math.max(...places));
  const hasWayBack = revisions.length === 0 || above.every(({ down }) => down !== undefined);
  const applied = new Map<string, ReturnType<typeof memoryStorage>>();

  requireValues(plan, placeholders);
  const values = { ...plan.placeholders, ...placeholders };
  const variables = { ...plan.variables, ...asVariables(values) };
  const runAll = async (target: Target, parts: readonly Part[]) => {
    for (const part of parts) {
      const text = filledText(part, values, target);
      await runPart(target, { ...part, text }, { folder, seconds, signal, variables });
    }
  };
  const migrate = async (superuser: Target, revision: string, direction: 'up' | 'down'): Promise<void> => {
    const at = placeOf(plan, revision);
    const key = nameOf(superuser);
    const isNew = !applied.has(key);
    const storage = applied.get(key) ?? memoryStorage();
    applied.set(key, storage);
    if (isNew) {
      await runAll(superuser, plan.first);
    }
    try {
      const umzug = new Umzug({
        migrations: migrations.map((migration) => ({
          name: migration.revision,
          up: () => runAll(superuser, migration.up),
          down: () => runAll(superuser, required(migration)),
        })),
        storage,
        logger: undefined,
      });
      const upTo = migrations.slice(0, at + 1).map((migration) => migration.revision);
      const above = migrations
        .slice(at + 1)
        .map((migration) => migration.revision)
        .toReversed();
      if (direction === 'down') {
        await umzug.down({ migrations: above, rerun: 'SKIP' });
        return;
      }
      await runAll(superuser, plan.before);
      await umzug.up({ migrations: upTo, rerun: 'SKIP' });
      await runAll(superuser, plan.after);
    } catch (error) {
      throw error instanceof MigrationError ? error.cause : error;
    }
  };

  return {
    up: (superuser, revision) => migrate(superuser, revision, 'up'),
    ...(hasWayBack ? { down: (superuser: Target, revision: string) => migrate(superuser, revision, 'down') } : {}),
  };
}

function required({ revision, down }: Migration): readonly Part[] {
  if (down === undefined) {
    throw new RolecallError('migration-failed', {
      message: `revision ${revision} has no way back`,
      next: `Write it, in the form that the layout has for it.`,
    });
  }
  return down;
}

interface PartOptions {
  folder: string;
  seconds: number;
  signal: AbortSignal;
  variables: Readonly<Record<string, string>>;
}

/** Runs a part; when its time is up the server is told to cancel it, so that nothing of it stays. */
async function runPart(
  target: Target,
  { file, text, transaction, mayFail }: Part,
  { folder, seconds, signal, variables }: PartOptions,
): Promise<void> {
  let isOverdue = false;
  let running: Session | undefined;
  let cancelled: Promise<void> | undefined;
  const timer = setTimeout(() => {
    isOverdue = true;
    cancelled = running?.cancel();
  }, seconds * 1000);
  try {
    await runFile(target, {
      file: path.join(folder, file),
      text,
      transaction,
      variables,
      signal,
      onSession: (session) => (running = session),
    });
  } catch (error) {
    if (!(error instanceof PsqlFault)) {
      throw error;
    }
    if (mayFail === true && error.server !== undefined && !isOverdue) {
      return;
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
