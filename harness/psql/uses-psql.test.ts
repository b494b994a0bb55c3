import { describe, expect, it } from 'vitest';

import { usesPsql } from './uses-psql.ts';

describe('a script uses psql', () => {
  it.each([
    '\\unset ECHO\nselect 1;',
    'select 1; \\echo a',
    'select 1 \\g',
    'select :v;',
    "select :'v';",
    'select :"v";',
    'select :{?v};',
    'copy t from stdin;\n1\n\\.\n',
    'select 1 \\; select 2;',
  ])('%j', (script) => expect(usesPsql(script)).toBe(true));
});

describe('a script is SQL alone', () => {
  it.each([
    '',
    'select 1::int;',
    "select '\\set :v'; -- \\echo :v\n/* \\i x */",
    String.raw`select E'\'\d:v', $$ \copy :v $$;`,
    'create function f() returns int begin atomic select 1; end;',
    "select 'copy t from stdin;';",
    "select 'a\n\\echo b\n';",
  ])('%j', (script) => expect(usesPsql(script)).toBe(false));
});
