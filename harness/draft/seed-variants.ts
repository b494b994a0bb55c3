import { longest, seedText } from './seed-values.ts';
import type { SeedColumn } from './tables.ts';

const firstDay = Date.UTC(2026, 0, 1);
const dayLength = 86_400_000;
const salts = ['1', '2', '3', '4', '5', '6'];

/** Different kinds of values that a column may require, the plain ones first. The type may refuse some. `conditions` add more. */
export function variants(column: SeedColumn, conditions: readonly string[]): string[] {
  const condition = conditions.join(' ');
  const texts = [...condition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text!.replaceAll("''", "'"));
  const numbers = [...condition.matchAll(/(?<![\w'.])\d+(?![\w'.])/g)].map(([text]) => Number(text));
  const salted = salts.flatMap((salt) => seedText(column, salt) ?? []);
  return [...kindsOf(column, texts, numbers), ...salted, ...ofLength(column, texts, numbers)];
}

/** More values with the lengths that the numbers say, and with a text at the beginning, for a key that holds the plain ones. */
function ofLength({ base, category }: SeedColumn, texts: string[], numbers: number[]): string[] {
  const sizes = numbers.filter((n) => n > 0 && n <= longest);
  if (base === 'bytea') {
    return sizes.flatMap((n) => ['01', '02', '03'].map((byte) => `\\x${byte.repeat(n)}`));
  }
  if (category !== 'S') {
    return [];
  }
  return [
    ...sizes.flatMap((n) => ['b', 'A', 'B', '1', '2', 'c'].map((letter) => letter.repeat(n))),
    ...sizes.flatMap((n) => ['a', 'A', 'B', '1', '2', 'b'].map((letter) => letter.repeat(n + 1))),
    ...texts.slice(0, 3).flatMap((text) => ['a', 'b', '1', '2'].map((end) => `${text}${end}`)),
  ];
}

function kindsOf({ base, category, labels, type }: SeedColumn, texts: string[], numbers: number[]): string[] {
  if (category === 'A' || type.endsWith('[]')) {
    const known = texts.length === 0 ? [] : [[texts[0]!], texts];
    return [[], ...known, ['a'], ['1'], ['a', 'b'], ['1', '2'], ['2026-01-01'], [uuid]].map(listOf);
  }
  switch (base) {
    case 'json':
    case 'jsonb': {
      const each = texts.map((text) => ({ [text]: 'a' }));
      return [{}, [], Object.assign({}, ...each) as object, ...each, ['a'], { a: 1 }, 1, 'a'].map((one) =>
        JSON.stringify(one),
      );
    }
    case 'date':
      return daysOf(numbers);
    case 'interval':
      return ['1 hour', '1 day', '0', '1 minute', '30 minutes', '7 days', '30 days', '1 year'];
    case 'time without time zone':
    case 'time with time zone':
      return ['09:00', '10:00', '12:00', '18:00', '00:00', '23:00', '09:30'];
    default:
  }
  switch (category) {
    case 'B':
      return ['true', 'false'];
    case 'E':
      return labels ?? [];
    case 'N':
      return ['1', '2', '0', '10', '3', '100', '5', '1000', '-1', '0.5'];
    case 'D':
      return ['2026-01-01 09:00', '2026-01-01 10:00', ...daysOf(numbers)];
    case 'R':
      return [
        '[1,2)',
        '[1,10)',
        '[1,)',
        '[2026-01-01,2026-01-02)',
        '[2026-01-01 09:00,2026-01-01 10:00)',
        '[2026-01-01,)',
        'empty',
      ];
    case 'S':
      return ['a', 'aa', 'A', '1', 'aaa', 'AAA', '2026-01-01', 'a@b.example', 'https://a.example', 'ab-1', ''];
    case 'I':
      return ['10.0.0.1', '10.0.0.0/24', '::1'];
    default:
      return [];
  }
}

const uuid = '00000000-0000-4000-8000-000000000001';

/** Days with as many days between them as the numbers say, one long ago and two far in the future. */
function daysOf(numbers: readonly number[]): string[] {
  const apart = [0, 1, ...numbers.filter((n) => n > 1 && n <= 4000), 30, 365];
  const days = [...new Set(apart)].map((n) => new Date(firstDay + n * dayLength).toISOString().slice(0, 10));
  return [...days, '1990-01-01', '2099-12-31', '2100-01-31'];
}

function listOf(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}
