import type { ParsedContract } from '../contract/contract.ts';
import { isSuperuser } from '../postgres/is-superuser.ts';
import type { Session } from '../postgres/session.ts';
import type { BuiltPhase } from './built-phase.ts';
import { readLiveGround, type Ground } from './ground.ts';
import { Hands } from './hands.ts';
import { logIn } from './logins.ts';

/**
 * The ground of a database that is not ours, as far as `session` and the given logins can read it. Logins that are needed connect
 * and are closed again. A login that cannot connect reads nothing.
 */
export async function readGroundOfOthers(
  session: Session,
  built: BuiltPhase,
  contract: ParsedContract,
  signal: AbortSignal,
): Promise<Ground> {
  if (await isSuperuser(session)) {
    return readLiveGround(session, contract);
  }
  const logins = new Map<string, Session>();
  const names = new Set([...built.logins].flatMap(([name, target]) => (target === undefined ? [] : [name])));
  try {
    for (;;) {
      const hands = await Hands.read(session, contract, names);
      const needed = readersIn(hands, contract).find((name) => !logins.has(name));
      if (needed === undefined) {
        return await readLiveGround(session, contract, { hands, logins });
      }
      const opened = await logIn(built, needed, signal);
      if ('outcome' in opened) {
        names.delete(needed);
      } else {
        logins.set(needed, opened);
      }
    }
  } finally {
    await Promise.all([...logins.values()].map((one) => one.close()));
  }
}

/** The logins that read tables. */
function readersIn(hands: Hands, contract: ParsedContract): string[] {
  const names = Object.keys(contract.tables).flatMap((table) => {
    const hand = hands.reader(table);
    return hand === undefined ? [] : (hands.loginOf(hand) ?? []);
  });
  return [...new Set(names)];
}
