import { messageOf, RolecallError } from '../common/errors.ts';

export type Release = () => Promise<void> | void;

/**
 * What has been started and must be ended: released last-in first-out, once, going on after a failure.
 * Something added after the release is released at once, so a start that loses a race with Ctrl-C leaves nothing behind.
 */
export class Releasers {
  #stack: { name: string; release: Release }[] = [];
  #released: Promise<void> | undefined;

  /** Registers `release` under `name`; rejects, having released it, when everything else is already gone. */
  async add(name: string, release: Release): Promise<void> {
    if (this.#released !== undefined) {
      await release();
      throw new Error(`${name} was started after the end and has been stopped`);
    }
    this.#stack.push({ name, release });
  }

  /** Ends everything; rejects with all failures at once, after the last one has been tried. */
  release(): Promise<void> {
    this.#released ??= this.#releaseAll();
    return this.#released;
  }

  async #releaseAll(): Promise<void> {
    const failures: string[] = [];
    const next = new Set<string>();
    for (let entry = this.#stack.pop(); entry !== undefined; entry = this.#stack.pop()) {
      try {
        await entry.release();
      } catch (error) {
        failures.push(`${entry.name}: ${messageOf(error)}`);
        next.add((error instanceof RolecallError ? error.next : undefined) ?? 'See what is left, and end it by hand.');
      }
    }
    if (failures.length > 0) {
      throw new RolecallError('topology-failed', {
        message: `could not stop ${failures.join('; ')}`,
        next: [...next].join(' '),
      });
    }
  }
}
