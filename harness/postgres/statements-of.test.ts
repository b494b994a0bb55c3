import { describe, expect, it } from 'vitest';

import { outlives, statementOffset } from './statements-of.ts';

describe('outlives', () => {
  it.each([
    ['begin; select 1; commit;', true],
    ['begin;\nselect 1;\n  END;', true],
    ["prepare transaction 'x'", true],
    ['begin; select 1; rollback;', false],
    ['begin; rollback; create table public.leak ();', true],
    ['abort; select 1', true],
    ['begin; savepoint a; rollback to savepoint a; rollback to a; select 1; rollback; -- the end', false],
    ['create function f() returns void language plpgsql as $$ begin null; end; $$; rollback', false],
    ['do $body$ begin commit; end; $body$; rollback;', false],
    ["select 'a; commit;'; -- ; commit;\n/* ; commit; */ rollback;", false],
    [`select case when true then 1 end; select "x; commit" from t; rollback;`, false],
    ["select 'it''s; commit;' ; rollback", false],
    [String.raw`select E'\''; insert into t values (1); commit; select 'a'`, true],
    [String.raw`select e'\'; commit; ' ; rollback`, false],
    [String.raw`select name'\'; commit; select ''`, true],
    ['select 1; /* a /* b */ ; commit; */ rollback', false],
  ])('%j: %s', (sql, expected) => {
    expect(outlives(sql)).toBe(expected);
  });
});

describe('statementOffset', () => {
  const at = (sql: string, completed: number) => {
    const offset = statementOffset(sql, completed);
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
    ['create function f() returns int begin atomic select 1; end; grant x to y', 1, undefined],
  ])('%j after %d: %s', (sql, completed, expected) => {
    expect(at(sql, completed)).toBe(expected);
  });
});
