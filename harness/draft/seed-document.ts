import { seedText } from './seed-values.ts';
import type { SeedColumn } from './tables.ts';

/**
 * A JSON document with the keys that functions read from one. Each key has a text of the type to which they cast it, if that is
 * known.
 */
export class SeedDocument {
  readonly #values: Map<string, { tried: string; others: string[] }>;

  constructor(bodies: readonly string[], salt: string) {
    const read = bodies.flatMap((body) => [
      ...body.matchAll(/->>?\s*'((?:[^']|'')+)'(?:\s*,\s*'[^']*')?(?:\s*\))*(?:\s*::\s*(\w+))?/g),
    ]);
    this.#values = new Map(
      read.map(([, word, type = 'text']) => {
        const key = word!.replaceAll("''", "'");
        const [tried = '', ...others] = [type, 'uuid', 'integer', 'date'].flatMap(
          (one) => seedText(plainColumn(key, one), `${salt} ${key}`) ?? [],
        );
        return [key, { tried, others: [...others, 'true'] }];
      }),
    );
  }

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  text(): string {
    return JSON.stringify(Object.fromEntries([...this.#values].map(([key, { tried }]) => [key, tried])));
  }

  /** Changes the value of the key that the server's message is about, or drops the key. False if it is about none. */
  change(message: string): boolean {
    const [key, value] = [...this.#values].find(([, { tried }]) => message.includes(`"${tried}"`)) ?? [];
    if (key === undefined || value === undefined) {
      return false;
    }
    const [tried, ...others] = value.others;
    if (tried === undefined) {
      this.#values.delete(key);
    } else {
      this.#values.set(key, { tried, others });
    }
    return true;
  }
}

const categories: Record<string, string> = { text: 'S', uuid: 'U', date: 'D', timestamptz: 'D', boolean: 'B' };

function plainColumn(name: string, type: string): SeedColumn {
  const category = categories[type] ?? (/^(?:int|bigint|numeric|smallint)/.test(type) ? 'N' : 'S');
  const no = { required: false, has_default: false, identity: false, generated: false };
  return { name, quoted: name, type, base: type, category, labels: null, domain_checks: [], expression: null, ...no };
}
