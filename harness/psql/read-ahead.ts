import type { Cursor } from './cursor.ts';
import { scanArgument, scanCommandEnd, type SlashHost } from './slash-scanner.ts';

/** Variables that a script has set so far. */
export type Variables = Map<string, string>;

/** The host of a script that is read and not run: it has only the script's own variables, and no programs. */
export function readingHost(variables: Variables): SlashHost {
  return {
    variable: (name) => variables.get(name),
    isSet: (name) => variables.has(name),
    standardStrings: () => true,
    warn: () => undefined,
    shell: () => '',
  };
}

/** Reads all arguments of a command, and remembers what `\set` sets. */
export function readArguments(name: string, cursor: Cursor, host: SlashHost, variables: Variables): string[] {
  const given: string[] = [];
  for (let next = scanArgument(cursor, host); next !== undefined; next = scanArgument(cursor, host)) {
    given.push(next.text);
  }
  scanCommandEnd(cursor);
  const [first, ...more] = given;
  if (name === 'set' && first !== undefined) {
    variables.set(first, more.join(''));
  }
  return given;
}
