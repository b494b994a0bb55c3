import { migrationCommand } from '../migrations/command.ts';
import type { Migrator } from '../migrations/migrator.ts';
import { sqlFolder } from '../migrations/sql-folder.ts';
import type { Project } from '../pipeline/project.ts';
import type { Context } from './context.ts';

/** The migrator the contract asks for. */
export async function migratorOf({ contract, resolve }: Project, { env, signal }: Context): Promise<Migrator> {
  const { migrations, revisions } = contract;
  if ('folder' in migrations) {
    return sqlFolder(resolve(migrations.folder), signal, [revisions.baseline, revisions.head], migrations.timeout);
  }
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return migrationCommand(
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
}
