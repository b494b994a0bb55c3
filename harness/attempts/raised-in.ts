import { quoteIdentifier } from '../postgres/quote.ts';

// A name as quote_ident() prints it: quoted if it is not plain.
const part = String.raw`(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)`;

/** The beginning of a function's signature, which the server never translates: `audit."Append Only"(`. */
const signature = new RegExp(String.raw`(${part}(?:\.${part})?)\(`);

/** A name in the quotation marks of some language. PL/Perl, PL/Python and SQL functions are reported so. */
const marked = /[«»„“「"]\s?(.+?)\s?[«»“”」"]/;

/**
 * The function in which an error was raised, as SQL names it, from the context that the server sends in whatever language;
 * undefined if it was raised in none. Of nested calls it is the outermost, which the context names last.
 */
export function raisedIn(context: string | undefined): string | undefined {
  const line = context?.split('\n').at(-1) ?? '';
  const isOfFunction = line.includes('PL/') || /^\S.*? function /.test(line);
  if (!isOfFunction) {
    return undefined;
  }
  const signed = signature.exec(line)?.[1];
  const name = signed === undefined ? marked.exec(line)?.[1] : undefined;
  return signed ?? (name === undefined || /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteIdentifier(name));
}
