import type { RawName, SqlText } from '../common/sql.ts';
import type { SeedColumn } from './tables.ts';

/**
 * The columns that a condition names, with the columns that a generated one is computed from. Words in string literals do not
 * count.
 */
export function columnsIn(condition: SqlText, columns: readonly SeedColumn[]): SeedColumn[] {
  const words = wordsIn(condition);
  const named = columns.filter(({ name }) => words.has(name));
  const sources = new Set(
    named.flatMap(({ generated, expression }) => (generated ? [...wordsIn(expression ?? '')] : [])),
  );
  return columns.filter((column) => named.includes(column) || (sources.has(column.name) && !column.generated));
}

function wordsIn(condition: SqlText): Set<RawName> {
  const code = condition.replaceAll(/'(?:[^']|'')*'/g, '');
  const words = code.matchAll(/"((?:[^"]|"")*)"|[\p{L}_][\p{L}\p{N}_$]*/gu);
  return new Set(Array.from(words, ([word, quoted]) => quoted?.replaceAll('""', '"') ?? word));
}
