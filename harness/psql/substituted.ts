import { quoteIdentifier, quoteLiteral } from '../postgres/quote.ts';
import type { Cursor } from './cursor.ts';
import { patterns } from './sql-patterns.ts';

/** Variables as a script's reader sees them. */
export interface VariableReader {
  /** The value of a variable; undefined if it is not set, or nothing is substituted. */
  variable(name: string): string | undefined;
  /** Whether a variable is set; undefined if nothing is substituted. */
  isSet(name: string): boolean | undefined;
}

/** As psql writes it: a blank separates an `E'…'` from the word before it. */
function literal(value: string): string {
  const quoted: string = quoteLiteral(value);
  return quoted.startsWith('E') ? ` ${quoted}` : quoted;
}

/** The text for `:'name'`, `:"name"` or `:{?name}` here; undefined if there is none of them. */
export function substituted(cursor: Cursor, host: VariableReader): string | undefined {
  const test = cursor.take(patterns.testVariable);
  if (test !== undefined) {
    const isSet = host.isSet(test[1]!);
    return isSet === undefined ? test[0] : isSet ? 'TRUE' : 'FALSE';
  }
  for (const [pattern, quote] of [
    [patterns.literalVariable, literal],
    [patterns.nameVariable, quoteIdentifier],
  ] as const) {
    const taken = cursor.take(pattern);
    if (taken !== undefined) {
      const value = host.variable(taken[1]!);
      return value === undefined ? taken[0] : quote(value);
    }
  }
  return undefined;
}
