import { joined, type SqlText } from '../common/sql.ts';
import { quoteLiteral } from '../postgres/quote.ts';

/** The expression of a policy without one of the conditions that it joins by AND, each in turn, from 1; none where it joins none. */
export function without(expression: SqlText | undefined): { place: number; rest: SqlText }[] {
  const conditions = conditionsOf(expression ?? '');
  return conditions.length < 2
    ? []
    : conditions.map((_, index) => ({
        place: index + 1,
        rest: joined(
          conditions.filter((__, other) => other !== index),
          ' and ',
        ),
      }));
}

const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]| AND |[^]/g;

/** The conditions that an expression joins by AND, as the server prints it: `((a = 1) AND (b = 2))`. */
export function conditionsOf(expression: SqlText): SqlText[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const [text] of unwrapped(expression).matchAll(token)) {
    if (text === ' AND ' && depth === 0) {
      parts.push('');
      continue;
    }
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    parts[parts.length - 1] += text;
  }
  // BETWEEN has an AND of its own, which the server prints as two comparisons.
  return parts;
}

/** The expression without the brackets around the whole of it. */
function unwrapped(expression: string): string {
  if (!expression.startsWith('(') || !expression.endsWith(')')) {
    return expression;
  }
  let depth = 0;
  for (const { 0: text, index } of expression.matchAll(token)) {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (depth === 0 && index < expression.length - 1) {
      return expression;
    }
  }
  return expression.slice(1, -1);
}

const keyOf = /(->>?\s*)'((?:[^']|'')*)'/g;

/** Keys under which an expression looks into JSON documents. */
export function keysIn(expression: SqlText): string[] {
  return [...new Set([...expression.matchAll(keyOf)].map(([, , key]) => key!.replaceAll("''", "'")))];
}

/** The expression with another key in the place of one; undefined where it does not have it. */
export function renamed(expression: SqlText | undefined, key: string): SqlText | undefined {
  return expression === undefined || !keysIn(expression).includes(key)
    ? undefined
    : expression.replaceAll(keyOf, (text, arrow: string, found: string) =>
        found.replaceAll("''", "'") === key ? `${arrow}${quoteLiteral('rolecall_mutant')}` : text,
      );
}
