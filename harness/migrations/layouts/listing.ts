import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { messageOf, RolecallError } from '../../common/errors.ts';
import { byCodeUnit } from '../../common/order.ts';

/** The files of a folder, by name, with their texts. A layout is recognised by them and read from them. */
export interface Listing {
  /** Its path. Files are named relative to it. */
  readonly folder: string;
  /** Paths below the folder with `/`, sorted by code units; `../x` for a file beside it. */
  readonly names: readonly string[];
  /** Whether a file is listed. */
  has(name: string): boolean;
  /** The text of a listed file; '' for any other. */
  text(name: string): string;
}

/** Files beside the folder of the migrations by which a layout is recognised. */
const beside = ['../config.toml', '../.gmrc'];
const passedOver = new Set(['node_modules']);
/** How deep folders may be nested. A folder of migrations is not deeper. */
const deepest = 8;

/** Lists a folder with everything below it, or one file. It skips pipes and devices, so it never reads a file without an end. */
export function listingOf(place: string): Listing {
  try {
    return statSync(place).isFile()
      ? new FileListing(path.dirname(place), [path.basename(place)])
      : new FileListing(place, [
          ...namesBelow(place, '', 0),
          ...beside.filter((name) => isFile(path.join(place, name))),
        ]);
  } catch (error) {
    throw new RolecallError('bad-contract', {
      message: `cannot read the migrations folder ${place}: ${messageOf(error)}`,
      cause: error,
      next: 'Correct migrations.folder in the contract.',
    });
  }
}

/** A listing of texts by name, as of a folder that does not exist. */
export function listingOfTexts(texts: Readonly<Record<string, string>>, folder = ''): Listing {
  return {
    folder,
    names: Object.keys(texts).toSorted(byCodeUnit),
    has: (name) => Object.hasOwn(texts, name),
    text: (name) => texts[name] ?? '',
  };
}

class FileListing implements Listing {
  readonly folder: string;
  readonly names: readonly string[];
  readonly #listed: ReadonlySet<string>;
  readonly #texts = new Map<string, string>();

  constructor(folder: string, names: readonly string[]) {
    this.folder = folder;
    this.names = names.toSorted(byCodeUnit);
    this.#listed = new Set(names);
  }

  has(name: string): boolean {
    return this.#listed.has(name);
  }

  text(name: string): string {
    const known = this.#texts.get(name);
    if (known !== undefined || !this.has(name)) {
      return known ?? '';
    }
    const text = readFileSync(path.join(this.folder, name), 'utf8');
    this.#texts.set(name, text);
    return text;
  }
}

function namesBelow(folder: string, prefix: string, depth: number): string[] {
  return readdirSync(path.join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory()) {
      const isOurs = depth < deepest && !entry.name.startsWith('.') && !passedOver.has(entry.name);
      return isOurs ? namesBelow(folder, `${name}/`, depth + 1) : [];
    }
    return entry.isFile() || (entry.isSymbolicLink() && isFile(path.join(folder, name))) ? [name] : [];
  });
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}
