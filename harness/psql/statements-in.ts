import { Cursor } from './cursor.ts';
import { readArguments, readingHost, type Variables } from './read-ahead.ts';
import { scanCommandName, type SlashHost } from './slash-scanner.ts';
import { Source } from './source.ts';
import { SqlScanner } from './sql-scanner.ts';

/**
 * The statements of a script as psql would send them, with its `\set` variables filled in. Other variables keep their names. No
 * command runs and no condition is evaluated: branches that would be skipped are read too.
 */
export function statementsIn(script: string): string[] {
  const variables: Variables = new Map();
  const host = readingHost(variables);
  const source = new Source('', script);
  const cursor = new Cursor();
  const scanner = new SqlScanner(cursor, host);
  const found: string[] = [];
  const take = () => {
    found.push(scanner.text);
    scanner.text = '';
    for (let copies = scanner.takeCopies(); copies > 0; copies -= 1) {
      source.copyRows();
    }
  };
  for (let line = source.next(); line !== undefined; line = source.next()) {
    cursor.begin(line);
    for (let stop = scanner.scan(); stop !== 'end-of-line'; stop = scanner.scan()) {
      if (stop === 'semicolon') {
        take();
      } else if (command(cursor, host, variables).startsWith('g')) {
        take();
        scanner.reset();
      }
    }
    scanner.text += scanner.text === '' ? '' : '\n';
  }
  take();
  return found.filter((text) => text.trim() !== '');
}

/** Reads a command and its arguments, and returns its name. */
function command(cursor: Cursor, host: SlashHost, variables: Variables): string {
  const name = scanCommandName(cursor);
  readArguments(name, cursor, host, variables);
  return name;
}
