import { createHash } from 'node:crypto';

import type { SeedColumn } from './tables.ts';

/** A text that a column of the type takes, another one for each `salt`; undefined where no value of the type is known. */
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
      return `[${day(number)},${day(number + 1)})`;
    case 'tsrange':
    case 'tstzrange':
      return `[${day(number)} 09:00,${day(number)} 10:00)`;
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
      return `${name} ${digest.slice(0, 8)}`;
    default:
      return undefined;
  }
}

function day(number: number): string {
  return `2026-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;
}

/** Constants in CHECK constraints, texts first: one of them may be what a column must hold. */
export function constantsOf(checks: readonly string[], column: string): string[] {
  const mine = checks.filter((check) => check.includes(column));
  const texts = mine.flatMap((check) =>
    [...check.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text!.replaceAll("''", "'")),
  );
  const numbers = mine.flatMap((check) =>
    [...check.matchAll(/(?<![\w'.])-?\d+(?:\.\d+)?(?![\w'.])/g)].map(([text]) => text),
  );
  const near = numbers.flatMap((text) => [text, String(Number(text) + 1), String(Number(text) - 1)]);
  return [...new Set([...texts, ...near])];
}
