import { readdir, readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { snapshot, statementsFor } from './snapshot.ts';

const folder = new URL('./sql/', import.meta.url);
const files = (await readdir(folder)).sort();

describe.each(files)('%s', (name) => {
  it('says what it is and is one statement', async () => {
    const text = await readFile(new URL(name, folder), 'utf8');
    expect(text).toMatch(/^(-- since: \d+\n)?-- [A-Z](.*\n-- )*.*\.\n(with|select)\b/);
    expect(text.replaceAll(/^--.*$|'[^']*'/gm, '').match(/;/g)).toHaveLength(1);
    expect(text).toMatch(/;\n$/);
  });

  it('names every table and function with its schema', async () => {
    const text = await readFile(new URL(name, folder), 'utf8');
    expect(text.replaceAll(/^--.*$|'[^']*'/gm, '')).not.toMatch(
      /(?<![.\w])(pg_(?!catalog\b|toast|temp_)\w+|aclexplode|acldefault|format|quote_ident|string_agg|unnest)\s*[( ]/,
    );
  });
});

describe('snapshot', () => {
  it('asks an older server only what it can answer', async () => {
    const [fourteen, fifteen, sixteen] = await Promise.all([140_019, 150_000, 160_000].map(statementsFor));
    expect(sixteen).toHaveLength(files.length);
    const news = (older: string[], newer: string[]) =>
      newer.filter((text) => !older.includes(text)).map((text) => /^from (\S+)/m.exec(text)?.[1] ?? text);
    expect(news(fourteen!, fifteen!)).toEqual([
      expect.stringContaining('pg_catalog.pg_parameter_acl'),
      'pg_catalog.pg_publication_rel',
      'pg_catalog.pg_publication_namespace',
    ]);
    expect(news(fifteen!, sixteen!)).toEqual(['pg_catalog.pg_subscription']);
  });

  it('asks once, and sorts what it is told', async () => {
    const asked: string[] = [];
    const row = { kind: 'role', role: '', property: 'exists', detail: {}, acl: null };
    const facts = await snapshot(async (sql) => {
      asked.push(sql);
      return [
        { ...row, object: 'b' },
        { ...row, object: 'B' },
        { ...row, object: 'a' },
      ];
    }, 160_000);
    expect(asked).toHaveLength(1);
    expect(facts.map(({ object }) => object)).toEqual(['B', 'a', 'b']);
  });
});
