import type { SqlToken } from '../../postgres/parsed-sql.ts';

/**
 * Variables with all expressions that are assigned to each; null for one that cannot be read. A name that is missing here is an
 * argument.
 */
export type Locals = ReadonlyMap<string, readonly (readonly SqlToken[] | null)[]>;

/** Functions whose result is a quoted literal, which names nothing. */
const quoting = new Set(['quote_literal', 'quote_nullable']);
/** Functions whose result contains only their arguments. */
const passing = new Set([
  'quote_ident',
  'lower',
  'upper',
  'trim',
  'btrim',
  'rtrim',
  'ltrim',
  'coalesce',
  'to_regclass',
]);
/** Properties of the trigger that runs a function, and nothing else. */
const ofTrigger = new Set(['tg_op', 'tg_when', 'tg_level', 'tg_name', 'tg_nargs']);

/** A part of an expression, as far as its neighbours could complete a name with it. */
interface Part {
  isFixed: boolean;
  /** Its text, if it is known exactly. */
  text?: string;
}

/** Whether an expression can only produce text whose names all appear in the body, each in one piece. */
export function isFixed(tokens: readonly SqlToken[], locals: Locals, seen: readonly string[] = []): boolean {
  const parts = split(tokens, '||').map((part) => partOf(part, locals, seen));
  return parts.every((part, at) => part.isFixed && (at === 0 || !isGlued(parts[at - 1]!, part)));
}

/** Whether a name may begin in one part and end in the other. */
function isGlued(before: Part, after: Part): boolean {
  return [before.text?.at(-1), after.text?.[0]].every((letter) => letter === undefined || /[\w$"]/u.test(letter));
}

function partOf(given: readonly SqlToken[], locals: Locals, seen: readonly string[]): Part {
  const tokens = withoutCast(withoutBrackets(given));
  const [first] = tokens;
  if (first === undefined) {
    return { isFixed: true };
  }
  if (tokens.length !== given.length) {
    return split(tokens, '||').length > 1 ? { isFixed: isFixed(tokens, locals, seen) } : partOf(tokens, locals, seen);
  }
  if (tokens.length === 1) {
    return onePart(first, locals, seen);
  }
  const called = callOf(tokens);
  if (called === undefined) {
    return { isFixed: false };
  }
  const { name, args } = called;
  if (quoting.has(name)) {
    // A literal ends any word before it.
    return { isFixed: true, text: `''` };
  }
  if (name === 'format') {
    return { isFixed: isFixedFormat(args, (arg) => isFixed(arg, locals, seen)) };
  }
  return { isFixed: passing.has(name) && args.every((arg) => isFixed(arg, locals, seen)) };
}

function onePart({ word, kind }: SqlToken, locals: Locals, seen: readonly string[]): Part {
  if (kind === 'string') {
    const isPlain = /^(?:'|\$|[eE]'[^\\]*$)/s.test(word);
    return { isFixed: isPlain, text: literalText(word) };
  }
  const name = word.toLowerCase();
  if (/^\d/.test(word) || name === 'null' || ofTrigger.has(name)) {
    return { isFixed: true };
  }
  const values = locals.get(name);
  return {
    isFixed:
      values !== undefined &&
      (seen.includes(name) || values.every((value) => value !== null && isFixed(value, locals, [...seen, name]))),
  };
}

/** A format() of a fixed string whose %I and %s arguments are fixed and stand alone. An %L argument is only a value. */
function isFixedFormat(args: readonly (readonly SqlToken[])[], isFixedArgument: (arg: readonly SqlToken[]) => boolean) {
  const [template] = args;
  if (template?.length !== 1 || template[0]!.kind !== 'string') {
    return false;
  }
  const text = literalText(template[0]!.word);
  let next = 1;
  return [...text.matchAll(/%(?:(\d+)\$)?-?(?:\d+|\*)?([sIL%])/g)].every(({ 0: all, 1: place, 2: sign, index }) => {
    if (sign === '%') {
      return true;
    }
    const at = place === undefined ? next : Number(place);
    next = at + 1;
    const beside = [text[index - 1], text[index + all.length]];
    const isAlone = beside.every((letter) => letter === undefined || !/[\w$%]/u.test(letter));
    return sign === 'L' || (isAlone && !all.includes('*') && args[at] !== undefined && isFixedArgument(args[at]));
  });
}

function literalText(word: string): string {
  return word.startsWith('$')
    ? word.replace(/^\$[^$]*\$/, '').replace(/\$[^$]*\$$/, '')
    : word
        .replace(/^[^']*'/, '')
        .slice(0, -1)
        .replaceAll(`''`, `'`);
}

function withoutBrackets(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const isWrapped = tokens[0]?.word === '(' && closing(tokens, 0) === tokens.length - 1;
  return isWrapped ? withoutBrackets(tokens.slice(1, -1)) : tokens;
}

/** The tokens without a final `::text`. */
function withoutCast(tokens: readonly SqlToken[]): readonly SqlToken[] {
  return tokens.at(-2)?.word === '::' && tokens.at(-1)!.kind !== 'string' ? withoutCast(tokens.slice(0, -2)) : tokens;
}

function callOf(tokens: readonly SqlToken[]): { name: string; args: SqlToken[][] } | undefined {
  const isQualified = tokens[0]!.word.toLowerCase() === 'pg_catalog' && tokens[1]?.word === '.';
  const [name, bracket, ...rest] = isQualified ? tokens.slice(2) : tokens;
  if (name === undefined || name.kind === 'string' || bracket?.word !== '(') {
    return undefined;
  }
  const whole = [bracket, ...rest];
  return closing(whole, 0) === whole.length - 1
    ? { name: name.word.toLowerCase(), args: split(rest.slice(0, -1), ',') }
    : undefined;
}

/** The position of the bracket that closes the one at `open`. */
function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  return tokens.findIndex(({ word, kind }, at) => {
    depth += at < open || kind === 'string' ? 0 : word === '(' ? 1 : word === ')' ? -1 : 0;
    return at >= open && depth === 0;
  });
}

function split(tokens: readonly SqlToken[], sign: string): SqlToken[][] {
  const parts: SqlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const isSign = token.kind !== 'string';
    depth += isSign && '(['.includes(token.word) ? 1 : isSign && ')]'.includes(token.word) ? -1 : 0;
    if (depth === 0 && isSign && token.word === sign) {
      parts.push([]);
    } else {
      parts.at(-1)!.push(token);
    }
  }
  return parts;
}
