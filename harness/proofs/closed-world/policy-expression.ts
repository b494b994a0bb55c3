import type { SqlName, SqlText } from '../../common/sql.ts';

/** An expression of a policy that the contract writes otherwise than the server prints it. */
export interface Differing {
  table: SqlName;
  wanted: SqlText;
  seen: SqlText;
}

/** What says in `judgePolicies` that two texts are one expression. */
export function sameKey({ table, wanted, seen }: Differing): string {
  return JSON.stringify([table, wanted, seen]);
}

/** Text with one blank wherever white space stands outside of quotes. */
export function inOneLine(text: string): string {
  return text
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/\s+/g, ' ').replace(/(?<=\() | (?=\))/g, '')))
    .join('')
    .trim();
}
