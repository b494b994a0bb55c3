import { runChild } from '../common/child.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import type { Migrator } from './migrator.ts';

export interface MigrationCommand {
  /** Program and arguments; `{revision}` is replaced. */
  command: readonly string[];
  /** Variable that carries the superuser's connection URL. */
  urlEnv: string;
  cwd: string;
  /** Environment the program gets besides. */
  env: Record<string, string>;
}

/** A migrator that runs the project's own tool, as `alembic upgrade {revision}`. */
export function migrationCommand({ command, urlEnv, cwd, env }: MigrationCommand, signal: AbortSignal): Migrator {
  return {
    up: async (superuser: Target, revision: string) => {
      const [program, ...args] = command.map((word) => word.replaceAll('{revision}', revision));
      try {
        await runChild(program!, args, { cwd, env: { ...env, [urlEnv]: urlOf(superuser) }, signal });
      } catch (error) {
        signal.throwIfAborted();
        throw new RolecallError('migration-failed', {
          message: `the migration command failed: ${withoutPassword(messageOf(error), superuser)}`,
          cause: error,
          next: 'Run it by hand against the database of `rolecall up`.',
        });
      }
    },
  };
}

/** The text without the password, as it is and as it stands in a URL. */
function withoutPassword(text: string, { password }: Target): string {
  return [password, encodeURIComponent(password)].filter((secret) => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
