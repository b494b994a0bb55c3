import type { ParsedStatement, SqlParser } from '../postgres/parsed-sql.ts';

/** Replaces a name in SQL that is filled in when the program runs. */
export const unknownName = 'rolecall_filled_in';

const remarks = String.raw`\s*(?:--[^\n]*\n\s*|/\*(?:[^*]|\*(?!/))*\*/\s*)*`;
const named = String.raw`(?:"[^"]*"|[^\s"(),;])+`;
const columns = String.raw`(?:\([^()]*\)\s*)?`;
// Many such texts in code are English, so the words that follow must be SQL too.
const beginnings = [
  String.raw`select\b[^]*?\bfrom\b`,
  String.raw`select\s+[\w."]+\s*\(`,
  String.raw`insert\s+into\b`,
  String.raw`update\s+(?:only\s+)?${named}\s+(?:(?:as\s+)?${named}\s+)?set\s[^]*?[=$%{]`,
  String.raw`delete\s+from\b`,
  String.raw`with\s+(?:recursive\s+)?${named}\s*${columns}as\s*(?:(?:not\s+)?materialized\s*)?\(`,
  String.raw`call\s+[\w."]+\s*\([^]*\)\s*;?\s*$`,
  String.raw`copy\s+${named}\s*${columns}(?:from|to)\s+(?:std(?:in|out)\b|program\b|['$?%:{])`,
  String.raw`copy\s*\([^]*\)\s*to\b`,
  String.raw`merge\s+into\b`,
  String.raw`truncate\s+(?:table\s+)?(?:only\s+)?${named}\s*(?:[,;]|$|restart\b|continue\b|cascade\b|restrict\b)`,
];
const beginning = new RegExp(`^${remarks}(?:${beginnings.join('|')})`, 'i');

/** Whether a string in source code begins like a statement that reads or writes. */
export function looksLikeSql(text: string): boolean {
  return beginning.test(text);
}

/** Placeholders: `${}`, `#{}`, `{}`, `%(name)s`, `%s`, `:name`, `?`, `@name`, `$name`. */
const placeholder =
  /\$\{[^{}]*\}|#\{[^{}]*\}|\{[^{}]*\}|%\(\w+\)[a-z]|%[a-z]\b|(?<![:\w]):[a-z_]\w*|\?|(?<![\w@])@[a-z_]\w*|\$[a-z_]\w*/gi;

/**
 * The statements of a text, with placeholders taken for values, otherwise for names, otherwise left out; undefined if none can be
 * read.
 */
export function statementsOf(text: string, parser: SqlParser): ParsedStatement[] | undefined {
  const ways = [
    () => text,
    () => text.replaceAll(placeholder, inItsPlace),
    () => text.replaceAll(placeholder, (found) => (isInterpolated(found) ? unknownName : '$1')),
    () => text.replaceAll(placeholder, (found) => (isInterpolated(found) ? '' : '$1')),
  ];
  for (const way of ways) {
    const parsed = parser.statements(way());
    if ('read' in parsed && parsed.read.length > 0) {
      return parsed.read;
    }
  }
  return undefined;
}

/** After FROM it is a name, after IN a list, elsewhere a value. */
function inItsPlace(found: string, ...rest: unknown[]): string {
  const [at, text] = rest.filter((one) => one !== undefined).slice(-2) as [number, string];
  const before = text.slice(Math.max(0, at - 40), at);
  const isName =
    /(?:\b(?:from|join|into|update|table|truncate|copy|call|using|only)\s+|[.,]?"|\.)$/i.test(before) ||
    text[at + found.length] === '.';
  return isInterpolated(found) && isName ? unknownName : /\b(?:in|values)\s*$/i.test(before) ? '($1)' : '$1';
}

/** Whether the placeholder may stand for anything, not only a value. */
function isInterpolated(found: string): boolean {
  return !/^[:?@]/.test(found);
}
