import { Cursor } from './cursor.ts';
import { SqlScanner } from './sql-scanner.ts';

/** How many of the statements of a text are followed by rows in the script. */
export function copiesIn(text: string, standardStrings: boolean): number {
  const cursor = new Cursor();
  const nothing = () => undefined;
  const host = { variable: nothing, isSet: nothing, standardStrings: () => standardStrings, warn: nothing };
  const scanner = new SqlScanner(cursor, host);
  cursor.begin(text);
  while (scanner.scan() !== 'end-of-line');
  return scanner.takeCopies();
}
