import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

import { messageOf } from '../common/errors.ts';

/** A place in the contract by its keys: `['tables', 'public.tenants', 'grants']`. */
export type ContractPath = readonly (string | number)[];

/** The YAML text, and where each of its keys stands. */
export class ContractSource {
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, merge: true });
  }

  /** Faults of the YAML itself. */
  get syntaxFaults(): { offset: number; message: string }[] {
    const faults = [
      ...this.#document.errors.map(({ pos, message }) => ({ offset: pos[0], message })),
      ...this.#keyFaults(),
    ];
    return faults.length > 0 ? faults : this.#aliasFaults();
  }

  /** No object keeps `__proto__` as a key: what stands under it would be passed over in silence. */
  #keyFaults(): { offset: number; message: string }[] {
    const faults: { offset: number; message: string }[] = [];
    visit(this.#document, {
      Pair: (_, { key }) => {
        if (isScalar(key) && key.value === '__proto__') {
          faults.push({
            offset: key.range?.[0] ?? 0,
            message: '__proto__ cannot be a key: give the object another name',
          });
        }
      },
    });
    return faults;
  }

  /** An alias of nothing, or of too much: the library says so only when the values are made. */
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

  /** Offset of the key at `path`, or of the nearest parent that exists. */
  offsetOf(path: ContractPath): number {
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
