import { describe, expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { readSql } from './read-sql.ts';

async function read(files: Record<string, string>): Promise<string[]> {
  return readSql(new Map(Object.entries(files)), await sqlParser()).map(
    ({ file, line, uses, namesFilledIn }) =>
      `${file}:${line} ${uses?.map(({ schema, name, privilege }) => `${privilege} ${schema ?? ''}.${name}`).join(' ') ?? 'unsure'}${namesFilledIn ? ' and more' : ''}`,
  );
}

describe('the SQL in source code', () => {
  it.each<[what: string, file: string, source: string, seen: string[]]>([
    [
      'a template',
      'a.ts',
      'sql`\n  select * from orders where id = ${id} and tag = ${f({ a: `b` })}`',
      ['a.ts:2 SELECT .orders'],
    ],
    ['numbers', 'a.go', 'q("insert into app.orders values ($1, $2)")', ['a.go:1 INSERT app.orders']],
    [
      'question marks',
      'a.js',
      `q('delete from orders where a in (?) and b = ?')`,
      ['a.js:1 DELETE .orders SELECT .orders'],
    ],
    ['percent signs', 'a.py', 'q("""\n  update orders set a = %s, b = %(b)s\n""")', ['a.py:2 UPDATE .orders']],
    ['a list', 'a.py', 'q("select 1 from orders where a in %s")', ['a.py:1 SELECT .orders']],
    ['names', 'a.rb', `q("select a::text from orders where b = :b and c = #{c}")`, ['a.rb:1 SELECT .orders']],
    [
      'signs that are operators',
      'a.js',
      `q("select a -> 'b' ? 'c' from orders where d @> '{1}'")`,
      ['a.js:1 SELECT .orders'],
    ],
    ['a part that is left out', 'a.ts', 'q(`select * from orders ${where} limit 1`)', ['a.ts:1 SELECT .orders']],
    [
      'a table that is filled in',
      'a.ts',
      'q(`insert into ${table} select * from orders`)',
      ['a.ts:1 SELECT .orders and more'],
    ],
    ['a schema that is filled in', 'a.py', 'q(f"select * from {schema}.orders")', ['a.py:1  and more']],
    [
      'two statements',
      'a.ts',
      '`truncate orders; call app.refresh(1)`',
      ['a.ts:1 TRUNCATE .orders EXECUTE app.refresh'],
    ],
    ['a function', 'a.ts', '`select app.resolve($1)`', ['a.ts:1 EXECUTE app.resolve']],
    ['what cannot be read', 'a.ts', '`insert into orders ${values} whatever (`', ['a.ts:1 unsure']],
    [
      'words',
      'a.ts',
      `f('Select a customer'); f("update"); f('with love, as (ever)'); f('Delete'); f('Copy to clipboard!'); f("call f() before"); f("Update the set with the sequence"); f("COPY FROM"); f("truncate the text")`,
      [],
    ],
    [
      'all that begin a statement',
      'a.ts',
      'f(`update only a."b c" as x set d = 1`, `with a as materialized (select 1 from b) select 1 from a`, `/* x */ /* y */ merge into a using b on true when matched then delete`, `copy a (b, c) from stdin`, `COPY (select 1 from b) TO STDOUT`, `truncate table only a restart identity`)',
      [
        'a.ts:1 UPDATE a.b c',
        'a.ts:1 SELECT .b',
        'a.ts:1 SELECT .a DELETE .a SELECT .b',
        'a.ts:1 INSERT .a',
        'a.ts:1 SELECT .b',
        'a.ts:1 TRUNCATE .a',
      ],
    ],
    [
      'a file of SQL',
      'a.sql',
      '-- name: Orders\nselect *\nfrom orders where id = :id;\n\nselect sqlc.arg(x) from b;',
      ['a.sql:2 SELECT .orders', 'a.sql:5 EXECUTE sqlc.arg SELECT .b'],
    ],
    [
      'what PostgreSQL folds',
      'a.ts',
      'q(\'SELECT * FROM Orders, "Orders"\')',
      ['a.ts:1 SELECT .orders SELECT .Orders'],
    ],
  ])('with %s', async (_, file, source, seen) => {
    expect(await read({ [file]: source })).toEqual(seen);
  });

  it('is told by file and line', async () => {
    const source = `// select x from y\nf('select 1 from a');\n\nf("select 1 from b" +\n  " where c");`;
    expect(await read({ 'b.ts': source, 'c.ts': source })).toEqual([
      'b.ts:2 SELECT .a',
      'b.ts:4 SELECT .b',
      'c.ts:2 SELECT .a',
      'c.ts:4 SELECT .b',
    ]);
  });
});
