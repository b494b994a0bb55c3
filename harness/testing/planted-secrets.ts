import { randomBytes } from 'node:crypto';

/** Secrets by the place in which they are planted. The searched part is the same in every quoting and encoding. */
export class PlantedSecrets {
  readonly #cores = new Map<string, string>();

  /** A secret that must be quoted in SQL and encoded in a URL. */
  odd(road: string): string {
    return `p@s/w'${this.plain(road)}`;
  }

  plain(road: string): string {
    const core = `Zq${randomBytes(9).toString('hex')}`;
    this.#cores.set(road, core);
    return core;
  }

  literal(road: string): string {
    return `'${this.odd(road).replaceAll("'", "''")}'`;
  }

  /** Places whose secret occurs in a text, with the text around it. */
  in(text: string): Record<string, string> {
    return Object.fromEntries(
      [...this.#cores].flatMap(([road, core]) => {
        const at = text.indexOf(core);
        return at === -1 ? [] : [[road, text.slice(Math.max(0, at - 120), at + core.length + 20)]];
      }),
    );
  }
}
