import { RolecallError } from '../common/errors.ts';
import { loginRefusal } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { nameOf, type Target } from '../postgres/target.ts';
import { whereIs } from '../postgres/where-is.ts';

/**
 * Refuses with `bad-argument` a login whose URL leads to another database than the superuser's: the evidence would be about the
 * wrong one.
 */
export async function requireSameDatabase(
  superuser: Target,
  logins: ReadonlyMap<string, Target>,
  signal: AbortSignal,
): Promise<void> {
  const here = await whereIs(superuser, signal);
  for (const [name, target] of logins) {
    const there = await whereIs(target, signal).catch((error: unknown) => {
      // If the server refuses a login, or lets it read nothing, that is observed later.
      if (loginRefusal(error) === undefined && serverError(error) === undefined) {
        throw error;
      }
      return here;
    });
    if (there.server !== here.server || there.database !== here.database) {
      throw new RolecallError('bad-argument', {
        message: `the URL of ${name} leads to ${nameOf(target)}, which is not the database of --url, ${nameOf(superuser)}`,
        next: 'Give URLs of one database.',
      });
    }
  }
}
