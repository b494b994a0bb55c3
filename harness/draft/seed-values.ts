import { createHash } from 'node:crypto';

import type { SeedColumn } from './tables.ts';

/** A text that a column of the type accepts, a different one for each `salt`; undefined if no value of the type is known. */
export function seedText({ name, type, base, category, labels }: SeedColumn, salt: string): string | undefined {
  const digest = createHash('sha256').update(salt).digest('hex');
  const number = Number.parseInt(digest.slice(0, 6), 16);
  if (labels !== null && labels.length > 0) {
    return labels[0];
  }
  if (/\[\]$/.test(type) || category === 'A') {
    return '{}';
  }
  switch (base) {
    case 'uuid':
      return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
    case 'smallint':
      return String(20_000 + (number % 10_000));
    case 'json':
    case 'jsonb':
      return '{}';
    case 'xml':
      return '<a/>';
    case 'bytea':
      return `\\x${digest.slice(0, 16)}`;
    case 'inet':
    case 'cidr':
      return `10.${number % 250}.${(number >> 8) % 250}.${(number >> 16) % 250}`;
    case 'macaddr':
      return '08:00:2b:01:02:03';
    case 'date':
      return day(number);
    case 'time without time zone':
    case 'time with time zone':
      return '12:00';
    case 'interval':
      return '1 day';
    case 'bit':
      return '1';
    case 'point':
      return '(1,1)';
    case 'tsvector':
    case 'tsquery':
      return 'a';
    case 'int4range':
    case 'int8range':
    case 'numrange':
      return `[${number},${number + 1})`;
    case 'daterange':
      return `[${day(number)},2027-01-01)`;
    case 'tsrange':
    case 'tstzrange':
      return `[${day(number)} 09:00,${day(number)} 10:00)`;
    case 'numeric':
      return decimal(type, number);
    default:
  }
  switch (category) {
    case 'N':
      return String(1_000_000 + (number % 8_000_000));
    case 'B':
      return 'false';
    case 'D':
      return `${day(number)} 12:00`;
    case 'S':
      return /e?mail(?:_address)?$/i.test(name) ? `${digest.slice(0, 8)}@example.org` : `${name} ${digest.slice(0, 8)}`;
    default:
      return undefined;
  }
}

/** A number with as many digits as numeric(p, s) accepts before the point. */
function decimal(type: string, number: number): string {
  const [, precision, scale = '0'] = /\((\d+)(?:,(-?\d+))?\)/.exec(type) ?? [];
  const digits = precision === undefined ? 6 : Number(precision) - Number(scale);
  return digits <= 0 ? '0' : String(1 + (number % (10 ** Math.min(digits, 6) - 1)));
}

function day(number: number): string {
  return `2026-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;
}

/** How many texts are made from one pattern. */
const samples = 6;

/** The length up to which a text is made because a condition holds a number. */
export const longest = 1000;

/**
 * Values that one of the conditions may require in a column: constants, their neighbours, texts that match a pattern or a length.
 */
export async function candidates(
  conditions: readonly string[],
  { category, base }: Pick<SeedColumn, 'category' | 'base'>,
): Promise<string[]> {
  const found: string[] = [];
  for (const condition of conditions) {
    for (const [, operator, pattern] of condition.matchAll(/(~~?\*?|~)\s*\(?'((?:[^']|'')*)'/g)) {
      found.push(...(await fitting(operator!, pattern!.replaceAll("''", "'"))));
    }
    const texts = [...condition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text!.replaceAll("''", "'"));
    const numbers = [...condition.matchAll(/(?<![\w'.])-?\d+(?:\.\d+)?(?![\w'.])/g)].map(([text]) => Number(text));
    const sizes = numbers.filter((n) => n > 0 && n <= longest);
    const lengths =
      category === 'S'
        ? sizes.map((n) => 'a'.repeat(n))
        : base === 'bytea'
          ? sizes.map((n) => `\\x${'00'.repeat(n)}`)
          : [];
    found.push(...texts, ...lengths, ...numbers.flatMap((n) => [String(n), String(n + 1), String(n - 1)]));
  }
  return [...new Set(found)];
}

/** Texts that match a pattern of LIKE or a regular expression; empty if JavaScript does not accept it. */
async function fitting(operator: string, pattern: string): Promise<string[]> {
  if (operator.startsWith('~~')) {
    return ['a', 'b', 'A', '1'].map((letter) => pattern.replaceAll(/[%_]/g, letter));
  }
  const { sample, stringMatching } = await import('fast-check');
  try {
    return sample(stringMatching(new RegExp(inJavaScript(pattern))), { numRuns: samples, seed: 1 });
  } catch {
    return [];
  }
}

const posixClasses: Record<string, string> = {
  alnum: 'A-Za-z0-9',
  alpha: 'A-Za-z',
  blank: ' ',
  digit: '0-9',
  lower: 'a-z',
  punct: '!#-/',
  space: ' ',
  upper: 'A-Z',
  xdigit: '0-9a-f',
};

/** A regular expression without the classes that only PostgreSQL knows: `[[:digit:]]`. */
function inJavaScript(pattern: string): string {
  return pattern.replaceAll(/\[:(\w+):\]/g, (whole, name: string) => posixClasses[name] ?? whole);
}
