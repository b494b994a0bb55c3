import { describe, expect, it } from 'vitest';

import { seedColumn } from './seed-column.fixture.ts';
import { candidates, seedText } from './seed-values.ts';

describe('a value for a seed', () => {
  it.each([
    ['uuid', 'U', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/],
    ['numeric(5,2)', 'N', /^\d{1,3}$/],
    ['integer', 'N', /^\d{7}$/],
    ['date', 'D', /^2026-\d\d-\d\d$/],
    ['boolean', 'B', /^false$/],
    ['text[]', 'A', /^\{\}$/],
    ['daterange', 'R', /^\[2026-\d\d-\d\d,2027-01-01\)$/],
  ])('of %s is one that the type takes', (type, category, pattern) => {
    expect(seedText(seedColumn('note', type, { category }), 'a')).toMatch(pattern);
  });

  it('is another for another salt, and the same for the same', () => {
    const text = seedColumn('note', 'text', { category: 'S' });
    expect(seedText(text, 'a')).not.toBe(seedText(text, 'b'));
    expect(seedText(text, 'a')).toBe(seedText(text, 'a'));
  });

  it('is an address where the column is one of mail', () => {
    expect(seedText(seedColumn('email', 'text', { category: 'S' }), 'a')).toMatch(/^[0-9a-f]{8}@example\.org$/);
  });

  it('is a label of an enum, and none of a type that nobody knows', () => {
    expect(seedText(seedColumn('note', 'state', { category: 'E', labels: ['new', 'paid'] }), 'a')).toBe('new');
    expect(seedText(seedColumn('note', 'geometry'), 'a')).toBeUndefined();
  });
});

describe('what a CHECK may ask for', () => {
  it.each([
    ["CHECK ((code = ANY (ARRAY['red'::text, 'green'::text])))", ['red', 'green']],
    ['CHECK ((rating >= 1) AND (rating <= 5))', ['1', '5']],
    ["CHECK ((url ~~ 'https://%'::text))", ['https://a']],
    ['CHECK ((length(name) = 4))', ['aaaa']],
  ])('is among the candidates: %s', async (condition, wanted) => {
    const found = await candidates([condition], { category: 'S', base: 'text' });
    expect(found).toEqual(expect.arrayContaining(wanted));
  });

  it('is a text that fits a regular expression', async () => {
    const [first] = await candidates(["CHECK ((VALUE ~ '^[A-Z]{2}$'::text))"], { category: 'S', base: 'text' });
    expect(first).toMatch(/^[A-Z]{2}$/);
  });

  it('is bytes of a length', async () => {
    const found = await candidates(['CHECK ((octet_length(digest) = 3))'], { category: 'U', base: 'bytea' });
    expect(found).toContain('\\x000000');
  });
});
