import type { FunctionDefinition } from './definitions.ts';

// A `where` in a comment or a string is none.
const token = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\bwhere\b/gi;

/** The statement that makes the function again with a body that gives more; undefined for bodies it cannot tell how to widen. */
export function widenedDefinition({
  definition,
  body,
  parsed,
  language,
  returnsSet,
  kind,
}: FunctionDefinition): string | undefined {
  if ((kind !== 'f' && kind !== 'p') || (language !== 'sql' && language !== 'plpgsql')) {
    return undefined;
  }
  if (parsed) {
    const at = definition.search(/^\s*(BEGIN ATOMIC|RETURN)\b/m);
    const wide = withoutCondition(definition.slice(at));
    return at === -1 || wide === undefined ? undefined : definition.slice(0, at) + wide;
  }
  const wide = withoutCondition(body) ?? (language === 'sql' && returnsSet ? doubled(body) : undefined);
  const at = definition.lastIndexOf(body);
  return wide === undefined || at === -1
    ? undefined
    : definition.slice(0, at) + wide + definition.slice(at + body.length);
}

function withoutCondition(body: string): string | undefined {
  const where = [...body.matchAll(token)].find(([word]) => word.toLowerCase() === 'where');
  return where === undefined
    ? undefined
    : `${body.slice(0, where.index)}where true or${body.slice(where.index + 'where'.length)}`;
}

function doubled(body: string): string | undefined {
  const query = body.replace(/;\s*$/, '');
  return query.includes(';') ? undefined : `(${query}\n) union all (${query}\n)`;
}
