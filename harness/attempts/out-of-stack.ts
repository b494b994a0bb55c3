import { sessionKey } from '../contract/sessions.ts';
import { isOutOfStack } from './recursion.ts';
import type { Trial } from './trial.ts';
import type { Tried } from './tried.ts';

/** Contexts in which a statement must work, so that it is always tried. */
const always: ReadonlySet<string> = new Set(['own-tenant', 'sees-all', 'none']);

const reason =
  'it was not tried in every context: in one it exceeded the stack depth limit, which takes the server long each time';

/**
 * Remembers which statements ran to the end of the stack. Each such attempt takes a good part of a second, and a policy that asks
 * itself does it in hundreds: the same statement of the same session is then tried as its own tenant only, and is unproven in the
 * other contexts.
 */
export class OutOfStack {
  readonly #known = new Map<string, Tried>();

  /** The results of a block of trials, of which `run` executes those that may end otherwise. */
  async tried(block: readonly Trial[], run: (trials: Trial[]) => Promise<Tried[]>): Promise<Tried[]> {
    const left = new Map(
      block.flatMap((trial) => {
        const known = always.has(trial.context) ? undefined : this.#known.get(keyOf(trial));
        return known === undefined ? [] : [[trial, known] as const];
      }),
    );
    const asked = block.filter((trial) => !left.has(trial));
    const answers = asked.length === 0 ? [] : await run(asked);
    const all = new Map([...left, ...asked.map((trial, at) => [trial, answers[at]!] as const)]);
    asked.forEach((trial, at) => {
      const { outcome, sqlstate, message, raised_in } = answers[at]!;
      if (isOutOfStack({ sqlstate })) {
        const told = raised_in === undefined ? {} : { raised_in };
        const nothing = { rows: 0, foreign_rows: 0, unproven: reason };
        this.#known.set(keyOf(trial), { outcome, sqlstate, message, ...told, ...nothing });
      }
    });
    return block.map((trial) => all.get(trial)!);
  }
}

function keyOf({ session, identity, object, command }: Trial): string {
  return JSON.stringify([sessionKey(session), identity, object, command]);
}
