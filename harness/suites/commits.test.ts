import { describe, expect, it } from 'vitest';

import { commits } from './commits.ts';

describe('commits', () => {
  it.each([
    ['begin; select 1; commit;', true],
    ['begin;\nselect 1;\n  END;', true],
    ["prepare transaction 'x'", true],
    ['begin; select 1; rollback;', false],
    ['create function f() returns void language plpgsql as $$ begin null; end; $$; rollback', false],
    ['do $body$ begin commit; end; $body$; rollback;', false],
    ["select 'a; commit;'; -- ; commit;\n/* ; commit; */ rollback;", false],
    [`select case when true then 1 end; select "x; commit" from t; rollback;`, false],
    ["select 'it''s; commit;' ; rollback", false],
  ])('%j: %s', (sql, expected) => {
    expect(commits(sql)).toBe(expected);
  });
});
