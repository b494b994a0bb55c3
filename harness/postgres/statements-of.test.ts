import { describe, expect, it } from 'vitest';

import { statementOffset, whyItOutlives } from './statements-of.ts';

const commits = /^it ends its transaction/;

describe('a script outlives its transaction', () => {
  it.each([
    'begin; select 1; commit;',
    'begin;\nselect 1;\n  END;',
    "prepare transaction 'x'",
    "commit prepared 'x'",
    'begin; rollback; create table public.leak ();',
    'abort; select 1',
    String.raw`select E'\''; insert into t values (1); commit; select 'a'`,
    String.raw`select name'\'; commit; select ''`,
    'select 1; /* a /* b /* c */ */ */ commit; /* */',
    'select $a$ $b$ $a$; commit',
    'select a$b$c; commit; select 1 as a$b$',
  ])('%j', async (sql) => {
    expect(await whyItOutlives(sql)).toMatch(commits);
  });
});

describe('nothing stays of a script', () => {
  it.each([
    '',
    '-- nothing',
    'begin; select 1; rollback;',
    'begin; savepoint a; rollback to savepoint a; rollback to a; release a; select 1; rollback; -- the end',
    'create function f() returns void language plpgsql as $$ begin null; end; $$; rollback',
    'create function f() returns int begin atomic select 1; end; rollback',
    'do $body$ begin commit; end; $body$; rollback;',
    "select 'a; commit;'; -- ; commit;\n/* ; commit; */ rollback;",
    `select case when true then 1 end; select "x; commit" from t; rollback;`,
    "select 'it''s; commit;' ; rollback",
    String.raw`select e'\'; commit; ' ; rollback`,
    'select 1; /* a /* b */ ; commit; */ rollback',
    String.raw`select matches('a', '\w+'); rollback`,
  ])('%j', async (sql) => {
    expect(await whyItOutlives(sql)).toBeUndefined();
  });
});

describe('a script that may outlive its transaction', () => {
  it.each([
    ['\\set x 1\nselect :x;', 'the parser of PostgreSQL 18 cannot read it (syntax error at or near "\\")'],
    ["select 'a", 'the parser of PostgreSQL 18 cannot read it (unterminated quoted string at or near "\'a")'],
    ['select 1\0; commit', 'it holds a NUL character'],
    [String.raw`select '\'; select '; commit; '; rollback`, 'depends on standard_conforming_strings'],
  ])('%j', async (sql, reason) => {
    const why = await whyItOutlives(sql);
    expect(why).toContain('it might end its transaction');
    expect(why).toContain(reason);
  });
});

describe('statementOffset', () => {
  const at = async (sql: string, completed: number) => {
    const offset = await statementOffset(sql, completed);
    return offset === undefined
      ? undefined
      : [...sql]
          .slice(offset - 1)
          .join('')
          .slice(0, 8);
  };

  it.each([
    ['select 1;\nselect 2;', 1, 'select 2'],
    [`-- a; b\ninsert into t values ('x; y');\n/* ; */ delete from t;`, 1, 'delete f'],
    ['do $$ begin perform 1; end $$; grant x to y', 1, 'grant x '],
    ["select '🦝';; ;\ngrant a to b;", 1, 'grant a '],
    ['select 1;', 1, undefined],
    ['select 1;\n\\set x', 1, undefined],
    ['create function f() returns int begin atomic select 1; end; grant x to y', 1, 'grant x '],
  ])('%j after %d: %s', async (sql, completed, expected) => {
    expect(await at(sql, completed)).toBe(expected);
  });
});
