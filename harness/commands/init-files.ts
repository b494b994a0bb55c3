import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { RolecallError } from '../common/errors.ts';

/** The files of a draft. None overwrites an existing file, and all can be removed again. */
export class DraftFiles {
  /** In the order of writing, relative to the working directory. */
  readonly written: string[] = [];
  readonly contract: string;
  readonly #made: string[] = [];

  constructor(contract: string) {
    this.contract = contract;
  }

  get folder(): string {
    return path.dirname(this.contract);
  }

  get suites(): string {
    return path.join(this.folder, '..', 'pgtap', 'suites');
  }

  get controls(): string {
    return path.join(this.folder, '..', 'pgtap', 'controls');
  }

  get seeds(): string {
    return path.join(this.folder, 'seeds');
  }

  /** Refuses if a contract, or a folder that the draft would fill, exists already. */
  async refuseOverwriting(): Promise<void> {
    const contract = await stat(this.contract).catch(() => undefined);
    const full: string[] = contract === undefined ? [] : [this.contract];
    for (const folder of [this.suites, this.controls, this.seeds]) {
      const names = await readdir(folder).catch(() => []);
      if (names.some((name) => name.endsWith('.sql'))) {
        full.push(folder);
      }
    }
    if (full.length > 0) {
      throw new RolecallError('bad-argument', {
        message: `${full.join(', ')}: there already, and init writes over nothing`,
        next: 'Move it away, or name another contract: --contract FILE.',
      });
    }
  }

  async folders(): Promise<void> {
    for (const folder of [this.suites, this.controls, this.seeds]) {
      await this.#makeFolder(folder);
    }
  }

  /** Makes a folder, and remembers it and its missing parents. */
  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) {
      return;
    }
    const highest = path.dirname(path.resolve(first));
    const made: string[] = [];
    for (let at = path.resolve(folder); at !== highest; at = path.dirname(at)) {
      made.unshift(at);
    }
    this.#made.push(...made);
  }

  /** Writes a file of the draft, or overwrites it. */
  async write(file: string, text: string): Promise<void> {
    if (!this.written.includes(file)) {
      await this.#makeFolder(path.dirname(file));
      await writeFile(file, text, { flag: 'wx' });
      this.written.push(file);
      return;
    }
    await writeFile(file, text);
  }

  /** Removes a file that the draft wrote. */
  async remove(file: string): Promise<void> {
    const at = this.written.indexOf(file);
    if (at !== -1) {
      this.written.splice(at, 1);
      await rm(file, { force: true });
    }
  }

  /** Removes the written files, and the folders that were made for them if they are empty. */
  async takeBack(): Promise<void> {
    for (const file of [...this.written]) {
      await this.remove(file);
    }
    for (const folder of this.#made.toReversed()) {
      await rmdir(folder).catch(() => undefined);
    }
  }
}
