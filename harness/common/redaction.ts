import { namedSecrets, secretSpans } from './secret-forms.ts';

/** The text with every secret in it replaced by `***`, also in URL-encoded form. */
export function redacted(text: string, secrets: readonly string[]): string {
  const forms = new Set(
    secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((form) => form !== ''),
  );
  // The longest first, because one may be part of another.
  return [...forms].toSorted((a, b) => b.length - a.length).reduce((left, form) => left.replaceAll(form, '***'), text);
}

/** A text, in whatever language, with `***` for what its form or its neighbours show to be a secret: see `secretSpans`. */
export function withoutPasswords(text: string): string {
  const parts: string[] = [];
  let end = 0;
  for (const { from, to } of secretSpans(text)) {
    parts.push(text.slice(end, from), shown(text.slice(from, to)));
    end = to;
  }
  parts.push(text.slice(end));
  return parts.join('');
}

const quoted = /^(?:(?:e|u&|n|b|x)?'|\$\w*\$)/i;
const conninfo = /^''/;

function shown(secret: string): string {
  return secret.startsWith('"') ? '"***"' : quoted.test(secret) && !conninfo.test(secret) ? "'***'" : '***';
}

/** Shorter texts and plain words may occur in a text with another meaning. */
const tellTale = /^(?=.{6})(?![a-z_]*$)/s;

/** Hides known secrets in one pass over a text, and those that its form reveals. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]));
  const any = [...forms]
    .toSorted((a, b) => b.length - a.length)
    .map((form) => form.replaceAll(/[^\w]/gu, String.raw`\$&`));
  const known = any.length === 0 ? undefined : new RegExp(any.join('|'), 'g');
  return (text) => withoutPasswords(known === undefined ? text : text.replaceAll(known, '***'));
}

/**
 * A text about `source` without the secrets of either, including those that a message repeats or that a line shows of a longer
 * literal.
 */
export function withoutSecretsOf(source: string, text: string): string {
  return redacted(withoutPasswords(text), secretsIn(source));
}

/** The secrets that a text reveals and that no text contains by chance, without their quotes: at most a few hundred. */
export function tellingSecretsIn(text: string): string[] {
  const found = namedSecrets(text).map(({ from, to }) => unquoted(text.slice(from, to)));
  return [...new Set(found)].filter(isTelling).slice(0, 300);
}

/** Whether a secret is one that no text contains by chance. */
export function isTelling(secret: string): boolean {
  return /^\S{8,}$/.test(secret) && tellTale.test(secret);
}

/**
 * The secrets that a text reveals, as another text may repeat them: with their quotes, and without if they cannot be mistaken for
 * something else.
 */
function secretsIn(text: string): string[] {
  return secretSpans(text).flatMap(({ from, to }) => {
    const found = text.slice(from, to);
    const secret = unquoted(found);
    const lines = secret.split('\n').filter((line) => tellTale.test(line));
    return secret === '' ? [] : [...(quoted.test(found) ? [found] : []), `'${secret}'`, `"${secret}"`, ...lines];
  });
}

function unquoted(secret: string): string {
  const dollar = /^(\$\w*\$)([^]*)\1$/.exec(secret);
  if (dollar !== null) {
    return dollar[2]!;
  }
  const [, prefix = '', body] = /^(e|u&|n|b|x)?'([^]*?)'?$/i.exec(secret) ?? [];
  const plain = body?.replaceAll("''", "'");
  return plain === undefined
    ? secret.replace(/^"([^]*)"$/, '$1')
    : prefix.toLowerCase() === 'e'
      ? plain.replaceAll(/\\([^])/g, '$1')
      : plain;
}

/** A value of plain data with `hide` applied to its texts. If nothing had to be hidden, it is the same object. */
export function withoutPasswordsIn<T>(value: T, hide: (text: string) => string = withoutPasswords): T {
  return hiddenIn(value, { hide, texts: new Map(), objects: new Map() }) as T;
}

/** Values that were checked already: the attempts of a large schema repeat few texts and share their controls. */
interface Seen {
  hide: (text: string) => string;
  texts: Map<string, string>;
  objects: Map<object, unknown>;
}

function hiddenIn(value: unknown, seen: Seen): unknown {
  if (typeof value === 'string') {
    return once(seen.texts, value, () => seen.hide(value));
  }
  return typeof value === 'object' && value !== null
    ? once(seen.objects, value, () => copyIfChanged(value, (one) => hiddenIn(one, seen)))
    : value;
}

function once<K, V>(known: Map<K, V>, key: K, made: () => V): V {
  const before = known.get(key);
  if (before !== undefined) {
    return before;
  }
  const now = made();
  known.set(key, now);
  return now;
}

function copyIfChanged(value: object, change: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    const changed = value.map(change);
    return changed.some((one, at) => one !== value[at]) ? changed : value;
  }
  const changed = Object.entries(value).filter(([, one]) => change(one) !== one);
  return changed.length === 0
    ? value
    : { ...value, ...Object.fromEntries(changed.map(([key, one]) => [key, change(one)])) };
}
