import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

import { messageOf, RolecallError } from '../../common/errors.ts';
import { byCodeUnit } from '../../common/order.ts';

/** What a layout is recognised by and read from: the files of a folder, by name, and their texts. */
export interface Listing {
  /** Where it is; files are named from here. */
  readonly folder: string;
  /** Paths below the folder with `/`, in order of the code units; `../x` for one that lies beside. */
  readonly names: readonly string[];
  /** Whether a file is listed. */
  has(name: string): boolean;
  /** The text of a file that is listed; '' of one that is not. */
  text(name: string): string;
}

/** What the tools keep beside the folder of the migrations, and a layout is known by. */
const beside = ['../config.toml', '../.gmrc'];
const passedOver = new Set(['node_modules']);
/** Folders in folders: deeper is not a project's folder of migrations. */
const deepest = 8;

/** Lists a folder with what is below it, or one file alone. Pipes and devices are passed over: nothing is read that does not end. */
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

/** A listing of texts by name, as of a folder that is nowhere. */
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
