import { expect, it } from 'vitest';

import { Cursor } from './cursor.ts';
import { SqlScanner } from './sql-scanner.ts';

/** The statements of a line, as they are split. The last one is still open. */
function split(line: string, standardStrings: boolean): string[] {
  const cursor = new Cursor();
  const nothing = () => undefined;
  const scanner = new SqlScanner(cursor, {
    variable: nothing,
    isSet: nothing,
    standardStrings: () => standardStrings,
    warn: nothing,
  });
  cursor.begin(line);
  const statements: string[] = [];
  while (scanner.scan() === 'semicolon') {
    statements.push(scanner.text);
    scanner.text = '';
  }
  return [...statements, scanner.text];
}

// What psql 15.20 sends of them.
it.each<[line: string, standardStrings: boolean, statements: string[]]>([
  [String.raw`b'''\''select 1;''`, false, [String.raw`b'''\''select 1;`, `''`]],
  [String.raw`x'''\'';'; ''`, false, [String.raw`x'''\'';`, String.raw`'; ''`]],
  [String.raw`b'''\''select 1;''`, true, [String.raw`b'''\''select 1;''`]],
  [String.raw`e'''\'';'';'; ''`, true, [String.raw`e'''\'';`, `'';`, `'; ''`]],
  [`b'01'; x'1F';`, true, [`b'01';`, `x'1F';`, '']],
])('%s is split where psql splits it (standard_conforming_strings %s)', (line, standardStrings, statements) =>
  expect(split(line, standardStrings)).toEqual(statements),
);
