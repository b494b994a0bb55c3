import { RolecallError } from '../../common/errors.ts';
import type { Session } from '../../postgres/session.ts';
import { serverError } from '../../postgres/sql-error.ts';

/** One thing that is put back. */
export interface Repair {
  /** The thing, in words. */
  what: string;
  /** The role it is about, where that is one to be dropped. */
  role?: string;
  mend(): Promise<unknown>;
}

/** A repair that the server refused. */
export interface Refused extends Pick<Repair, 'what' | 'role'> {
  /** What the server gave as the reason, as `1 object in database app`. */
  why: string;
}

/**
 * Does each repair in a savepoint of its own, so that one that fails keeps no other from being done; failed ones again after
 * the others, for one may be in another's way. Returns those that the server refused to the end.
 */
export async function mendAll(session: Session, repairs: readonly Repair[]): Promise<Refused[]> {
  for (let waiting = repairs; ;) {
    const failed: { repair: Repair; error: unknown }[] = [];
    for (const repair of waiting) {
      await session.script('savepoint one');
      await repair.mend().catch(async (error: unknown) => {
        failed.push({ repair, error });
        await session.script('rollback to savepoint one');
      });
      await session.script('release savepoint one');
    }
    if (failed.length === 0 || failed.length === waiting.length) {
      return failed.map(({ repair, error }) => refused(repair, error));
    }
    waiting = failed.map(({ repair }) => repair);
  }
}

/** A repair that failed; rejects with the error where that is not the server's answer. */
export function refused({ what, role }: Repair, error: unknown): Refused {
  const server = serverError(error);
  if (server === undefined) {
    throw error;
  }
  return {
    what,
    ...(role === undefined ? {} : { role }),
    why: (server.detail ?? server.message).replaceAll('\n', ', '),
  };
}

/** Says what is not as it was; rejects with `topology-failed` unless that is nothing. */
export function requireMended(left: readonly Refused[], lasting: readonly string[]): void {
  if (left.length === 0 && lasting.length === 0) {
    return;
  }
  const kept = left.flatMap(({ role, why }) => (role === undefined ? [] : [`${role} is kept by ${why}`]));
  throw new RolecallError('topology-failed', {
    message: `not as it was before the run: ${leftInWords(left, lasting).join('; ')}`,
    next:
      kept.length > 0
        ? `${kept.join('; ')}: give that to another role there (REASSIGN OWNED, DROP OWNED), and drop the role.`
        : 'Put it back by hand, and give the migrations a server of their own.',
  });
}

/** What is left, each with its reason. */
export function leftInWords(left: readonly Refused[], lasting: readonly string[]): string[] {
  return [...left.map(({ what, why }) => `${what} (${why})`), ...lasting];
}
