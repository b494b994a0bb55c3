import { Cursor } from './cursor.ts';
import { SqlScanner } from './sql-scanner.ts';

/** Whether a script contains what the server alone does not understand: a command, a variable, or the rows of a COPY. */
export function usesPsql(script: string): boolean {
  let isUsed = false;
  const ask = () => {
    isUsed = true;
    return undefined;
  };
  const cursor = new Cursor();
  const host = { variable: ask, isSet: ask, standardStrings: () => true, warn: () => undefined };
  const scanner = new SqlScanner(cursor, host);
  for (const line of script.replace(/^\uFEFF/, '').split('\n')) {
    cursor.begin(line);
    for (let stop = scanner.scan(); stop !== 'end-of-line'; stop = scanner.scan()) {
      if (stop === 'backslash' || scanner.takeCopies() > 0) {
        return true;
      }
      scanner.text = '';
    }
    scanner.text += scanner.text === '' ? '' : '\n';
  }
  return isUsed || scanner.joins > 0 || scanner.takeCopies() > 0;
}
