import { expect, it } from 'vitest';

import { innermost, linesIntoBlock } from './refused-statement.ts';

const where = (line: number) =>
  `SQL statement "alter role r\nnosuperuser"\nPL/pgSQL function inline_code_block line ${line} at EXECUTE`;

it.each([
  ['do $$\nbegin\n  alter role r nosuperuser;\nend $$', where(3), 2],
  ['do language plpgsql\n\n$x$ begin\n  alter role r nosuperuser; end $x$', where(2), 3],
  ['do $$ begin alter role r nosuperuser; end $$', where(1), 0],
  ["do 'begin alter role r nosuperuser; end'", where(1), 0],
  ['select f()', 'PL/pgSQL function f() line 3 at RAISE', 0],
  ['create role r', undefined, 0],
])('lines from the beginning of %j to what failed at %j: %i', (statement, context, lines) => {
  expect(linesIntoBlock(statement, context)).toBe(lines);
});

it('the statement in a block is the one that the server names', () => {
  expect(innermost(where(3))).toBe('alter role r\nnosuperuser');
  expect(innermost(`PL/pgSQL function g() line 3 at RAISE\n${where(2)}`)).toBe('alter role r\nnosuperuser');
  expect(innermost('SQL statement "select "" from "x""')).toBe('select "" from "x"');
  expect(innermost('PL/pgSQL function f() line 3 at RAISE')).toBeUndefined();
  expect(innermost(undefined)).toBeUndefined();
});
