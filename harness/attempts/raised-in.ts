import { quoteIdentifier } from '../postgres/quote.ts';

// As quote_ident() prints a name: what is not plain is quoted.
const part = String.raw`(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)`;

/** A function as its signature begins, which no language of the server translates: `audit."Append Only"(`. */
const signature = new RegExp(String.raw`(${part}(?:\.${part})?)\(`);

/** A name in the quotation marks of some language, which PL/Perl, PL/Python and SQL functions have instead. */
const marked = /[«»„“「"]\s?(.+?)\s?[«»“”」"]/;

/**
 * The function in which an error was raised, as SQL names it, by the context that the server gives, whatever language it speaks;
 * undefined where it was raised in none. Of nested calls it is the outermost, and stands last.
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
