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
    const [fourteen, fifteen] = await Promise.all([statementsFor(140_019), statementsFor(150_000)]);
    expect(fifteen).toHaveLength(files.length);
    expect(fifteen.filter((text) => !fourteen.includes(text)).map((text) => /from (\S+)/.exec(text)?.[1])).toEqual([
      'pg_catalog.pg_parameter_acl',
      'pg_catalog.pg_publication_namespace',
    ]);
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
