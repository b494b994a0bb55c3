import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

import { contractSchema } from '../contract/contract.ts';
import { blocks } from '../testing/documents.ts';

const partOfContract = contractSchema.partial();

/** A block with one of these keys is not a contract. */
const others = new Set(['steps', 'services', 'jobs', 'on', 'permissions', 'decisions']);

const examples = blocks
  .filter(({ language }) => language === 'yaml')
  .map(({ at, text }) => [at, parse(text) as unknown] as const)
  .filter(([, value]) => !Array.isArray(value) && !Object.keys(value as object).some((key) => others.has(key)));

describe('a piece of a contract in the documents', () => {
  it('stands there often', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  it.each(examples)('%s has keys and values that the contract takes', (_, value) => {
    expect(partOfContract.safeParse(value).error).toBeUndefined();
  });

  it('is refused where a key does not exist', () => {
    expect(partOfContract.safeParse({ tenacy: {} }).success).toBe(false);
  });
});
