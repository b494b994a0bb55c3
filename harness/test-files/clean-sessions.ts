import { connect, type Session } from '../postgres/session.ts';
import { isUntouched } from '../postgres/untouched.ts';
import type { Target } from '../postgres/target.ts';
import { settingsOfFunctions, StatementWatch } from './statement-watch.ts';

/** How sessions are opened. */
export interface SessionOptions {
  target: Target;
  /** In the form of PGOPTIONS. */
  settings?: string | undefined;
  /** SQL that runs first in each, for example to put pgTAP on the search path. */
  opening?: string | undefined;
  signal: AbortSignal;
}

/**
 * The session for one file after the other. It is reused if it can be made clean, because a new session compiles pgTAP's
 * functions again.
 */
export class CleanSessions {
  readonly #options: SessionOptions;
  #open: Session | undefined;
  #watch = new StatementWatch();
  #ofFunctions: { names: string[]; unknown: boolean } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** A clean session, with the watch on its statements. */
  async next(): Promise<{ session: Session; watch: StatementWatch }> {
    const known = this.#open;
    this.#open = undefined;
    if (known !== undefined && !(await this.#cleaned(known))) {
      await known.close();
    } else {
      this.#open = known;
    }
    this.#open ??= await this.#connect();
    this.#watch = new StatementWatch();
    return { session: this.#open, watch: this.#watch };
  }

  async #connect(): Promise<Session> {
    const { target, settings, opening, signal } = this.#options;
    const session = await connect(target, { signal, settings });
    try {
      this.#ofFunctions ??= await settingsOfFunctions(session);
      if (opening !== undefined) {
        await session.script(opening);
      }
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  async #cleaned(session: Session): Promise<boolean> {
    const { names = [], unknown = true } = this.#ofFunctions ?? {};
    if (unknown || this.#watch.isSpent) {
      return false;
    }
    try {
      if (session.transaction !== 'none') {
        await session.script('rollback');
      }
      await session.script('discard all');
      if (this.#options.opening !== undefined) {
        await session.script(this.#options.opening);
      }
      return await isUntouched(session, [...this.#watch.settings, ...names]);
    } catch {
      this.#options.signal.throwIfAborted();
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#open?.close();
    this.#open = undefined;
  }
}
