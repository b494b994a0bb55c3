import { randomBytes } from 'node:crypto';

/** Secrets by the road they are planted on. What is searched for stays as it is in every quoting and encoding. */
export class PlantedSecrets {
  readonly #cores = new Map<string, string>();

  /** A secret that has to be quoted in SQL and encoded in a URL. */
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

  /** Roads whose secret stands in a text, with what surrounds it. */
  in(text: string): Record<string, string> {
    return Object.fromEntries(
      [...this.#cores].flatMap(([road, core]) => {
        const at = text.indexOf(core);
        return at === -1 ? [] : [[road, text.slice(Math.max(0, at - 120), at + core.length + 20)]];
      }),
    );
  }
}
