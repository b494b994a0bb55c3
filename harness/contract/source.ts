import { isAlias, isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type YAMLMap } from 'yaml';

import { messageOf } from '../common/errors.ts';

/** A position in the contract by its keys: `['tables', 'public.tenants', 'grants']`. */
export type ContractPath = readonly (string | number)[];

/** A fault at a position of the contract. */
export interface Fault {
  path: ContractPath;
  message: string;
}

/** The YAML text, with the position of each of its keys. */
export class ContractSource {
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #writtenAs = new Map<string, string>();

  constructor(text: string) {
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      merge: true,
      // The library compares each key with all before it, which takes a minute for a long list. #keyFaults is faster.
      uniqueKeys: false,
      // Only our own message is printed.
      logLevel: 'error',
    });
  }

  /** Faults in the YAML itself. */
  get syntaxFaults(): { offset: number; message: string }[] {
    const faults = [
      ...this.#document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
      ...this.#keyFaults(),
    ];
    return faults.length > 0 ? faults : this.#aliasFaults();
  }

  /** Keys that an object would lose, and characters that no server accepts. */
  #keyFaults(): { offset: number; message: string }[] {
    const faults: { offset: number; message: string }[] = [];
    visit(this.#document, {
      Map: (_, map) => void faults.push(...keyFaultsOf(map)),
      Scalar: (_, { value, range }) => {
        if (typeof value === 'string' && value.includes('\0')) {
          faults.push({ offset: range?.[0] ?? 0, message: 'holds a NUL character, which PostgreSQL has in no text' });
        }
      },
    });
    return faults;
  }

  /** An alias of nothing, or of too much: the library reports it only when the values are made. */
  #aliasFaults(): { offset: number; message: string }[] {
    try {
      this.#document.toJS();
      return [];
    } catch (error) {
      let offset = 0;
      visit(this.#document, {
        Alias: (_, alias) => {
          if (alias.resolve(this.#document) === undefined) {
            offset = alias.range?.[0] ?? 0;
            return visit.BREAK;
          }
          return undefined;
        },
      });
      return [{ offset, message: messageOf(error) }];
    }
  }

  toJS(): unknown {
    return this.#document.toJS();
  }

  has(path: ContractPath): boolean {
    return this.#document.hasIn(path);
  }

  /** Records that `key` of a section was written as another key, which stands for several. */
  isWrittenAs(section: string, key: string, as: string): void {
    this.#writtenAs.set(JSON.stringify([section, key]), as);
  }

  /** The path as it is in the file. */
  asWritten(path: ContractPath): ContractPath {
    const [section, key, ...rest] = path;
    const as = this.#writtenAs.get(JSON.stringify([section, key]));
    return as === undefined ? path : [section!, as, ...rest];
  }

  /** Offset of the key at `path`, or of the nearest parent that exists. */
  offsetOf(place: ContractPath): number {
    const path = this.asWritten(place);
    for (let length = path.length; length > 0; length--) {
      const offset = this.#keyOffset(path.slice(0, length));
      if (offset !== undefined) {
        return offset;
      }
    }
    return 0;
  }

  /** 1-based line of the key at `path`. */
  lineOf(path: ContractPath): number {
    return this.position(this.offsetOf(path)).line;
  }

  /** 1-based line and column. */
  position(offset: number): { line: number; col: number } {
    return this.#lines.linePos(offset);
  }

  #keyOffset(path: ContractPath): number | undefined {
    const last = path.at(-1)!;
    const parent: unknown = this.#document.getIn(path.slice(0, -1), true);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
      return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
    }
    const node = this.#document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    return node?.range?.[0];
  }
}

/**
 * Keys that a JavaScript object would lose: `__proto__`, or the first of two equal ones. What is under them would be ignored
 * silently.
 */
function keyFaultsOf(map: YAMLMap): { offset: number; message: string }[] {
  const seen = new Set<unknown>();
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) {
      return isAlias(key) ? [] : [{ offset: offsetOf(key), message: 'a key must be a text' }];
    }
    const said =
      key.value === '__proto__'
        ? '__proto__ cannot be a key: give the object another name'
        : seen.has(String(key.value)) && key.value !== '<<'
          ? `${String(key.value)} is there twice`
          : undefined;
    seen.add(String(key.value));
    return said === undefined ? [] : [{ offset: offsetOf(key), message: said }];
  });
}

const offsetOf = (node: unknown) => (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
