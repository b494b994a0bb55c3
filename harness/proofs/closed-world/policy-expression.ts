import type { SqlName, SqlText } from '../../common/sql.ts';

/** A policy expression that the contract writes in another way than the server prints it. */
export interface Differing {
  table: SqlName;
  wanted: SqlText;
  seen: SqlText;
}

/** The key by which `judgePolicies` finds that two texts mean the same. */
export function sameKey({ table, wanted, seen }: Differing): string {
  return JSON.stringify([table, wanted, seen]);
}

/** The text with one blank for each white space outside of quotes. */
export function inOneLine(text: string): string {
  return text
    .split(/('(?:[^']|'')*'|"(?:[^"]|"")*")/)
    .map((part, at) => (at % 2 === 1 ? part : part.replace(/\s+/g, ' ').replace(/(?<=\() | (?=\))/g, '')))
    .join('')
    .trim();
}
