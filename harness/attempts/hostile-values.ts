import { sql, type SqlText } from '../common/sql.ts';
import type { TenantRecord, Tenants } from '../contract/sessions.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { askAll, type Asking } from './ask-all.ts';

/** The texts that name tenants. */
interface Texts {
  own: string;
  other: string;
  unknown: string;
}

/**
 * What a hostile session might claim to be: patterns, SQL fragments, words that mean nothing to one program and something to
 * another, the own tenant with a long tail and in another case. None of them is a tenant, unless its type makes it one.
 */
export function hostileValues({ own, other, unknown }: Texts): string[] {
  const swapped = own === own.toUpperCase() ? own.toLowerCase() : own.toUpperCase();
  const values = ['%', '_'.repeat(own.length), '.*', `' or true or ''='`, 'null', '{}', own + 'x'.repeat(300), swapped];
  return [...new Set(values)].filter((value) => ![own, other, unknown, ''].includes(value));
}

/**
 * The hostile values for a tenant column of `type`, without those that the type reads as the own tenant, such as an upper-case
 * uuid.
 */
export async function hostileValuesOf(asking: Asking, type: SqlText, texts: Texts): Promise<string[]> {
  const values = hostileValues(texts);
  const likeOwn = values.filter((value) => value.toLowerCase() === texts.own.toLowerCase());
  const literal = (value: string) => sql`${quoteLiteral(value)}::${type}`;
  const areSame = await askAll<boolean>(
    asking,
    likeOwn.map((value) => sql`select ${literal(value)} = ${literal(texts.own)}`),
  );
  return values.filter((value) => areSame[likeOwn.indexOf(value)] !== true);
}

/**
 * The hostile values as tenants. Each value of a tenant is hostile at the same time; `given` are the hostile texts of one value.
 */
export function hostileRecords(
  { own, other, unknown }: Tenants,
  given: { is: string; values: readonly string[] } | undefined,
): TenantRecord[] {
  const lists = Object.keys(own).map((name) => ({
    name,
    values:
      given?.is === name
        ? given.values
        : hostileValues({ own: own[name]!, other: other[name]!, unknown: unknown[name]! }),
  }));
  const longest = Math.max(...lists.map(({ values }) => values.length));
  return Array.from({ length: longest }, (_, index) =>
    Object.fromEntries(lists.map(({ name, values }) => [name, values[index] ?? '%'])),
  );
}
