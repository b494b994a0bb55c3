import { RolecallError } from '../common/errors.ts';
import { asRole } from '../migrations/as-role.ts';
import { migrationCommand } from '../migrations/command.ts';
import type { Migrator } from '../migrations/migrator.ts';
import { planMigrator } from '../migrations/sql-folder.ts';
import { stretchPassword } from '../migrations/stretched-password.ts';
import type { Project } from '../pipeline/project.ts';
import type { Target } from '../postgres/target.ts';
import type { Context } from './context.ts';

/** The migrator for the contract's migrations. */
export function migratorOf({ contract, plan, resolve }: Project, { env, signal }: Context): Migrator {
  const { migrations, revisions } = contract;
  if ('folder' in migrations) {
    return planMigrator(plan!, signal, {
      revisions: [revisions.baseline, revisions.head],
      seconds: migrations.timeout,
      placeholders: migrations.placeholders,
      as: migrations.as,
    });
  }
  if ('none' in migrations) {
    throw new RolecallError('bad-contract', {
      message: `the contract has no migrations, so nothing can be built: ${migrations.none}`,
      next: 'Name them in the contract: migrations: { folder: … }, with revisions. A live database is judged by: rolecall check --url URL.',
    });
  }
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const program = migrationCommand(
    {
      command: migrations.command,
      down: migrations.down,
      urlEnv: migrations.url_env,
      cwd: resolve(migrations.cwd),
      env: given,
      seconds: migrations.timeout,
    },
    signal,
  );
  return forProgram(program, migrations.as, signal);
}

/** A migrator whose program is given the login of a role, by default the superuser's, with a password that any driver can use. */
function forProgram({ up, down }: Migrator, role: string | undefined, signal: AbortSignal): Migrator {
  const given =
    (go: Migrator['up']): Migrator['up'] =>
    (superuser, revision, accounts = { passwords: new Map() }) => {
      const run = async (target: Target) => {
        // If roles existed before us, their passwords must not be changed.
        if (accounts.logins === undefined) {
          await stretchPassword(superuser, target, signal);
        }
        await go(target, revision);
      };
      return role === undefined ? run(accounts.migrator ?? superuser) : asRole(superuser, role, accounts, signal, run);
    };
  return { up: given(up), ...(down === undefined ? {} : { down: given(down) }) };
}
