import type { Language } from './languages.ts';

/** A string in source code. `${}` stands for what is filled in when the program runs. */
export interface Literal {
  text: string;
  /** Where it begins and ends in the file, including its quotes. */
  start: number;
  end: number;
}

/** Stands for something that is filled in. */
export const filledIn = '${}';

const regex = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
const character = /'(?:\\[^'\n]{1,10}|\\'|[^'\\\n])'/y;
const heredoc = /<<<?[~-]?(["']?)([A-Za-z_]\w*)\1[^\n]*\n/y;

/** The strings of source code in order, with concatenated ones joined. */
export function literalsIn(source: string, language: Language): Literal[] {
  const found: Literal[] = [];
  let at = 0;
  while (at < source.length) {
    const literal = literalAt(source, at, language);
    if (typeof literal === 'object') {
      found.push(literal);
      at = literal.end;
    } else {
      at = literal;
    }
  }
  return joined(source, found);
}

/** The literal that begins at `at`, or the position at which to continue. */
function literalAt(source: string, at: number, language: Language): Literal | number {
  const sign = source[at]!;
  if (language.lineComments.some((begin) => source.startsWith(begin, at))) {
    return after(source, '\n', at);
  }
  if (language.blockComments && source.startsWith('/*', at)) {
    return after(source, '*/', at + 2);
  }
  if (language.regexes && sign === '/' && beginsValue(source, at)) {
    return matchAt(regex, source, at)?.end ?? at + 1;
  }
  if (language.heredocs && sign === '<') {
    return heredocAt(source, at) ?? at + 1;
  }
  if (sign === '`') {
    return language.backticks === undefined ? at + 1 : (backtickAt(source, at, language.backticks) ?? at + 1);
  }
  if (sign !== '"' && sign !== "'") {
    return at + 1;
  }
  if (source.startsWith(sign.repeat(3), at)) {
    return tripleAt(source, at, sign.repeat(3)) ?? at + 3;
  }
  return sign === "'" && language.characters
    ? (matchAt(character, source, at)?.end ?? at + 1)
    : (quotedAt(source, at, sign, language.longQuotes) ?? at + 1);
}

/** A quote that does not end in time does not begin a string: it is an apostrophe. */
function quotedAt(source: string, start: number, quote: string, mayBeLong: boolean): Literal | undefined {
  let text = '';
  for (let at = start + 1; at < source.length; at += 1) {
    const sign = source[at]!;
    if (sign === quote) {
      return { text, start, end: at + 1 };
    }
    if (sign === '\\') {
      at += 1;
      text += unescaped(source[at] ?? '');
    } else if (sign === '\n' && !mayBeLong) {
      return undefined;
    } else {
      text += sign;
    }
  }
  return undefined;
}

function tripleAt(source: string, start: number, quotes: string): Literal | undefined {
  const end = source.indexOf(quotes, start + 3);
  return end === -1 ? undefined : { text: source.slice(start + 3, end), start, end: end + 3 };
}

function backtickAt(source: string, start: number, kind: 'filled' | 'raw'): Literal | undefined {
  let text = '';
  for (let at = start + 1; at < source.length; at += 1) {
    const sign = source[at]!;
    if (sign === '`') {
      return { text, start, end: at + 1 };
    }
    if (kind === 'filled' && sign === '\\') {
      at += 1;
      text += unescaped(source[at] ?? '');
    } else if (kind === 'filled' && source.startsWith('${', at)) {
      at = endOfFilling(source, at + 2);
      text += filledIn;
    } else {
      text += sign;
    }
  }
  return undefined;
}

/** The position of the brace that ends a placeholder, which may contain braces and strings of its own. */
function endOfFilling(source: string, start: number): number {
  const open = ['{'];
  for (let at = start; at < source.length; at += 1) {
    const sign = source[at]!;
    if (open.at(-1) === '`') {
      if (sign === '`') {
        open.pop();
      } else if (source.startsWith('${', at)) {
        open.push('{');
        at += 1;
      } else if (sign === '\\') {
        at += 1;
      }
    } else if (sign === '`' || sign === '{') {
      open.push(sign);
    } else if (sign === '}') {
      open.pop();
      if (open.length === 0) {
        return at;
      }
    } else if (sign === '"' || sign === "'") {
      at = (quotedAt(source, at, sign, false)?.end ?? at + 1) - 1;
    }
  }
  return source.length;
}

function heredocAt(source: string, start: number): Literal | undefined {
  const begin = matchAt(heredoc, source, start);
  if (begin === undefined) {
    return undefined;
  }
  const end = new RegExp(`^[ \\t]*${begin.groups[1]!}\\b`, 'gm');
  end.lastIndex = begin.end;
  const last = end.exec(source);
  return last === null ? undefined : { text: source.slice(begin.end, last.index), start, end: end.lastIndex };
}

/** What may be between two strings that are one: an operator that joins them, or a value between them. */
const glue = /^\s*(?:\\\s*)?(?:\+|\.{1,2}|&|\|\||<>)?\s*(?:[fbruFBRU]{1,2})?$/;
const value = /^\s*(\+|\.{1,2}|&|\|\|)\s*[\w$.()[\]>-]{1,80}?\s*\1\s*$/;
const longestGlue = 120;

function joined(source: string, literals: readonly Literal[]): Literal[] {
  const all: Literal[] = [];
  for (const literal of literals) {
    const last = all.at(-1);
    const between =
      last === undefined || literal.start - last.end > longestGlue ? undefined : source.slice(last.end, literal.start);
    const filling =
      between === undefined ? undefined : glue.test(between) ? '' : value.test(between) ? filledIn : undefined;
    if (last === undefined || filling === undefined) {
      all.push({ ...literal });
    } else {
      last.text += filling + literal.text;
      last.end = literal.end;
    }
  }
  return all;
}

/** Whether a value may be at `at`, judged by what is before: there a slash is not a division. */
function beginsValue(source: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && /\s/.test(source[before]!)) {
    before -= 1;
  }
  return (
    before < 0 ||
    /[(,=:[!&|?{};+\-*%~^<>]/.test(source[before]!) ||
    /\b(?:return|typeof|case|in|of)$/.test(source.slice(Math.max(0, before - 10), before + 1))
  );
}

function unescaped(sign: string): string {
  return sign === 'n' ? '\n' : sign === 't' || sign === 'r' ? ' ' : sign === '\n' ? '' : sign;
}

function after(source: string, sign: string, from: number): number {
  const at = source.indexOf(sign, from);
  return at === -1 ? source.length : at + sign.length;
}

function matchAt(
  pattern: RegExp,
  source: string,
  at: number,
): { end: number; groups: (string | undefined)[] } | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(source);
  return match === null ? undefined : { end: pattern.lastIndex, groups: match.slice(1) };
}
