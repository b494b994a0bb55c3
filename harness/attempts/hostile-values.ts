import type { Tenancy } from '../contract/contract.ts';
import { quoteLiteral } from '../postgres/quote.ts';
import { askAll, type Asking } from './ask-all.ts';

/**
 * What a hostile session might say that it is: patterns, glued SQL, words that mean nothing to a program and something to
 * another, the own tenant with a long tail and in another case. None of them is a tenant, unless its type says so.
 */
export function hostileValues({ own, other, unknown }: Pick<Tenancy, 'own' | 'other' | 'unknown'>): string[] {
  const swapped = own === own.toUpperCase() ? own.toLowerCase() : own.toUpperCase();
  const values = ['%', '_'.repeat(own.length), '.*', `' or true or ''='`, 'null', '{}', own + 'x'.repeat(300), swapped];
  return [...new Set(values)].filter((value) => ![own, other, unknown, ''].includes(value));
}

/**
 * The hostile values for a tenant column of `type`: without those by which the type means the own tenant, as an upper-case
 * uuid.
 */
export async function hostileValuesOf(asking: Asking, type: string, tenancy: Tenancy): Promise<string[]> {
  const values = hostileValues(tenancy);
  const likeOwn = values.filter((value) => value.toLowerCase() === tenancy.own.toLowerCase());
  const literal = (value: string) => `${quoteLiteral(value)}::${type}`;
  const areSame = await askAll<boolean>(
    asking,
    likeOwn.map((value) => `select ${literal(value)} = ${literal(tenancy.own)}`),
  );
  return values.filter((value) => areSame[likeOwn.indexOf(value)] !== true);
}
