import { runGroup } from '../process/child.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { redacted, withoutSecretsOf } from '../common/redaction.ts';
import { urlOf, type Target } from '../postgres/target.ts';
import { overdue, type Migrator } from './migrator.ts';
import { missingAlembic } from './missing-alembic.ts';

export interface MigrationCommand {
  /** Program and arguments; `{revision}` and `{direction}` (`up`, `down`) are replaced. */
  command: readonly string[];
  /** The same for migrating down. @default `command` if it contains `{direction}`, otherwise there is no way down */
  down?: readonly string[] | undefined;
  /** The variable with the superuser's connection URL. */
  urlEnv: string;
  cwd: string;
  /** The program's environment besides that. */
  env: Record<string, string>;
  /** How many seconds one call may take. @default no limit */
  seconds?: number;
}

/** A migrator that runs the project's own tool, for example `alembic upgrade {revision}`. */
export function migrationCommand(
  { command, down, urlEnv, cwd, env, seconds }: MigrationCommand,
  signal: AbortSignal,
): Migrator {
  // The output must not reveal the program's environment and its URL, whatever the program prints.
  const given = Object.entries(env)
    .map(([name, value]) => `${name}='${value.replaceAll("'", "''")}'`)
    .join('\n');
  const harmless = (text: string, { password }: Target) => withoutSecretsOf(given, redacted(text, [password]));
  const run = async (direction: 'up' | 'down', words: readonly string[], superuser: Target, revision: string) => {
    const [program, ...args] = words.map((word) =>
      word.replaceAll('{revision}', revision).replaceAll('{direction}', direction),
    );
    try {
      await runGroup(program!, args, {
        cwd,
        env: { ...withOwnUrls(env, superuser), [urlEnv]: urlOf(superuser) },
        signal,
        ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RolecallError && error.code === 'timed-out') {
        throw new RolecallError('timed-out', {
          message: `the migration command ${direction} to ${revision} was not done after ${seconds} s, and has been ended: ${harmless(messageOf(error), superuser)}`,
          cause: error,
          next: overdue,
        });
      }
      throw new RolecallError('migration-failed', {
        message: `the migration command ${direction} to ${revision} failed: ${harmless(messageOf(error), superuser)}`,
        cause: error,
        next:
          missingAlembic(words, messageOf(error), { cwd, env }) ??
          'Run it by hand with the same PATH against an empty database. Where a contract exists already, `rolecall up` starts one.',
      });
    }
  };
  const wayBack = down ?? (command.some((word) => word.includes('{direction}')) ? command : undefined);
  return {
    up: (superuser, revision) => run('up', command, superuser, revision),
    ...(wayBack === undefined
      ? {}
      : { down: (superuser: Target, revision: string) => run('down', wayBack, superuser, revision) }),
  };
}

const postgresUrl = /^(postgres(?:ql)?(?:\+\w+)?):\/\//i;

/**
 * An environment in which every variable with the URL of a database has ours, so that no other database is migrated by mistake.
 */
function withOwnUrls(env: Record<string, string>, superuser: Target): Record<string, string> {
  const own = urlOf(superuser).replace(postgresUrl, '');
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const [, scheme] = postgresUrl.exec(value) ?? [];
      return [name, scheme === undefined ? value : `${scheme}://${own}`];
    }),
  );
}
