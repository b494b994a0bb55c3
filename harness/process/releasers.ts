import { messageOf, RolecallError } from '../common/errors.ts';
import { onExit, type ExitAction } from './exit-hook.ts';

/** How something that was started is ended. */
export interface Ending {
  release: () => Promise<void> | void;
  /** Runs instead of `release` if the process ends without waiting. It may return what it leaves, in words. */
  atExit?: ExitAction;
}

interface Started extends Ending {
  name: string;
  unregister: () => void;
}

/**
 * Everything that was started and must be ended. It is released last-in first-out, once, and continues after a failure. What is
 * added after the release is released at once, so a start that loses a race with Ctrl-C leaves nothing behind.
 */
export class Releasers {
  #stack: Started[] = [];
  #released: Promise<void> | undefined;

  /** Registers how `name` is ended. If everything else is already released, it releases this too and rejects. */
  async add(name: string, ending: Ending): Promise<void> {
    const unregister = ending.atExit === undefined ? () => undefined : onExit(ending.atExit);
    if (this.#released !== undefined) {
      await ending.release();
      unregister();
      throw new RolecallError('interrupted', {
        message: `${name} was started after the end and has been stopped`,
      });
    }
    this.#stack.push({ name, ...ending, unregister });
  }

  /** Ends everything. Rejects with `release-failed` and all failures, after the last one has been tried. */
  release(): Promise<void> {
    this.#released ??= this.#releaseAll();
    return this.#released;
  }

  async #releaseAll(): Promise<void> {
    const failures: string[] = [];
    const next = new Set<string>();
    for (let started = this.#stack.pop(); started !== undefined; started = this.#stack.pop()) {
      try {
        await started.release();
        // What could not be released is tried once more when the process ends.
        started.unregister();
      } catch (error) {
        failures.push(`${started.name}: ${messageOf(error)}`);
        next.add((error instanceof RolecallError ? error.next : undefined) ?? 'See what is left, and end it by hand.');
      }
    }
    if (failures.length > 0) {
      throw new RolecallError('release-failed', {
        message: `could not stop ${failures.join('; ')}`,
        next: [...next].join(' '),
      });
    }
  }
}
