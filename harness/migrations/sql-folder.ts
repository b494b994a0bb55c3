import { memoryStorage, MigrationError, Umzug } from 'umzug';

import { RolecallError } from '../common/errors.ts';
import { nameOf, type Target } from '../postgres/target.ts';
import type { Migration, Part } from './layouts/layout.ts';
import { asRole } from './as-role.ts';
import type { Accounts, Migrator } from './migrator.ts';
import { runPart } from './run-part.ts';
import { standInPart, withoutExtensions } from './stand-ins.ts';
import { asVariables, filledText, requireValues } from './placeholders.ts';
import { placeOf, readPlan, type Plan } from './plan.ts';

/** Who runs the parts. */
interface Accesses extends Pick<Accounts, 'instead'> {
  superuser: Target;
  migrator: Target;
}

interface FolderOptions {
  /** All of them must exist. There is a way down if each migration between them has one. */
  revisions?: readonly string[];
  /** How many seconds a part may take. @default 300 */
  seconds?: number | undefined;
  /** Values from the contract. */
  placeholders?: Readonly<Record<string, string>> | undefined;
  /** The role that migrates, by a real login. @default the superuser */
  as?: string | undefined;
}

/** A migrator for a folder whose layout is recognised. */
export function sqlFolder(
  folder: string,
  signal: AbortSignal,
  revisions: readonly string[] = [],
  seconds = 300,
): Migrator {
  return planMigrator(readPlan(folder), signal, { revisions, seconds });
}

/**
 * A migrator for a folder of SQL in the layout of its tool. It remembers here what has been applied, not in the database, whose
 * state remains the project's own.
 */
export function planMigrator(
  plan: Plan,
  signal: AbortSignal,
  { revisions = [], seconds = 300, placeholders = {}, as }: FolderOptions = {},
): Migrator {
  const { folder, migrations } = plan;
  const places = revisions.map((revision) => placeOf(plan, revision));
  const above = migrations.filter((_, place) => place > Math.min(...places) && place <= Math.max(...places));
  const hasWayBack = revisions.length === 0 || above.every(({ down }) => down !== undefined);
  const applied = new Map<string, ReturnType<typeof memoryStorage>>();

  requireValues(plan, placeholders);
  const values = { ...plan.placeholders, ...placeholders };
  const variables = { ...plan.variables, ...asVariables(values) };
  const withoutStoodIn = withoutExtensions(plan.standIns.map(({ extension }) => extension));
  const runAll = async ({ superuser, migrator, instead: others }: Accesses, parts: readonly Part[]) => {
    const instead = (text: string) => withoutStoodIn?.(text) ?? others?.(text);
    for (const part of parts) {
      const target = part.superuser === true ? superuser : migrator;
      const text = filledText(part, values, migrator);
      await runPart(target, { ...part, text }, { folder, seconds, signal, variables, instead, as });
    }
  };
  const standIn = async (superuser: Target) => {
    for (const one of plan.standIns) {
      const named = { ...variables, stand_in: one.extension };
      await runPart(superuser, standInPart(one), { folder: '', seconds, signal, variables: named });
    }
  };
  const go = async (
    accesses: Accesses,
    revision: string,
    direction: 'up' | 'down',
    storage: ReturnType<typeof memoryStorage>,
  ): Promise<void> => {
    const at = placeOf(plan, revision);
    const umzug = new Umzug({
      migrations: migrations.map((migration) => ({
        name: migration.revision,
        up: () => runAll(accesses, migration.up),
        down: () => runAll(accesses, required(migration)),
      })),
      storage,
      logger: undefined,
    });
    const names = migrations.map((migration) => migration.revision);
    if (direction === 'down') {
      await umzug.down({ migrations: names.slice(at + 1).toReversed(), rerun: 'SKIP' });
      return;
    }
    await runAll(accesses, plan.before);
    await umzug.up({ migrations: names.slice(0, at + 1), rerun: 'SKIP' });
    await runAll(accesses, plan.after);
  };
  const migrate = async (
    superuser: Target,
    revision: string,
    direction: 'up' | 'down',
    accounts: Accounts = { passwords: new Map() },
  ): Promise<void> => {
    const key = nameOf(superuser);
    const known = applied.get(key);
    const storage = known ?? memoryStorage();
    applied.set(key, storage);
    const work = async (migrator: Target) => {
      const accesses = { superuser, migrator, instead: accounts.instead };
      if (known === undefined) {
        await standIn(superuser);
        await runAll(accesses, [plan.books ?? [], plan.first].flat());
      }
      await go(accesses, revision, direction, storage);
    };
    try {
      await (as === undefined ? work(accounts.migrator ?? superuser) : asRole(superuser, as, accounts, signal, work));
    } catch (error) {
      throw error instanceof MigrationError ? error.cause : error;
    }
  };

  return {
    up: (superuser, revision, accounts) => migrate(superuser, revision, 'up', accounts),
    ...(hasWayBack
      ? {
          down: (superuser: Target, revision: string, accounts?: Accounts) =>
            migrate(superuser, revision, 'down', accounts),
        }
      : {}),
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
