import { messageOf, RolecallError } from '../common/errors.ts';
import { onExit, type ExitAction } from './exit-hook.ts';

/** How something that was started is ended. */
export interface Ending {
  release: () => Promise<void> | void;
  /** Instead of `release`, when the process ends without waiting; may return what it leaves, in words. */
  atExit?: ExitAction;
}

interface Started extends Ending {
  name: string;
  unregister: () => void;
}

/**
 * What has been started and must be ended: released last-in first-out, once, going on after a failure.
 * Something added after the release is released at once, so a start that loses a race with Ctrl-C leaves nothing behind.
 */
export class Releasers {
  #stack: Started[] = [];
  #released: Promise<void> | undefined;

  /** Registers how `name` is ended; rejects, having released it, when everything else is already gone. */
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

  /** Ends everything; rejects with `release-failed`, with all failures at once, after the last one has been tried. */
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
        // What could not be released is tried once more as the process ends.
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
