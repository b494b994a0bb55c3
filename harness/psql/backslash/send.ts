import path from 'node:path';

import type { StatementResult } from '../../postgres/exchange.ts';
import type { Command, CommandCall } from '../command.ts';
import { setPrinting, type PrintSettings } from '../print-settings.ts';
import { SlashFault, startsWithBar } from '../slash-scanner.ts';
import type { Statement } from '../source.ts';
import { fileWriter } from './output.ts';

/** A failure that has been told already. */
const told = () => new SlashFault('', false, false);

async function send(call: CommandCall, expanded: boolean): Promise<void> {
  const { psql } = call;
  const settings = { ...psql.settings };
  if (expanded) {
    settings.expanded = true;
  }
  if (startsWithBar(call.reading.cursor)) {
    const command = call.line().slice(1).trim();
    throw new SlashFault(
      psql.options.shell === undefined
        ? `\\${call.name} | runs a program, which takes --allow-shell`
        : `\\${call.name} |${command} is not supported`,
      true,
    );
  }
  const first = call.argument();
  const name = first?.startsWith('(') === true ? printOptions(call, first, settings) : first;
  const write = name === undefined || name === '' ? undefined : fileWriter(path.resolve(psql.cwd, name));
  const statement = call.statement();
  if (!(await psql.sender.run(statement, (one) => psql.print(one, settings, write)))) {
    throw told();
  }
}

/** Reads `(option=value …)`, and returns the argument after it. */
function printOptions(call: CommandCall, first: string, settings: PrintSettings): string | undefined {
  let word: string | undefined = first.slice(1);
  while (word !== undefined) {
    const isLast = word.endsWith(')');
    const option: string = isLast ? word.slice(0, -1) : word;
    const [key = '', ...value] = option.split('=');
    if (key !== '') {
      setPrinting(settings, key, option.includes('=') ? value.join('=') : undefined);
    }
    if (isLast) {
      return call.argument();
    }
    word = call.argument();
  }
  throw new SlashFault(`\\${call.name}: missing right parenthesis`);
}

/** Runs the statement, and gives the result of its last part that returns rows. */
async function rowsOf(call: CommandCall): Promise<{ statement: Statement; result: StatementResult } | undefined> {
  const statement = call.statement();
  const results: StatementResult[] = [];
  if (!(await call.psql.sender.run(statement, (one) => void results.push(one)))) {
    throw told();
  }
  // What comes before the last part is printed as ever.
  for (const result of results.slice(0, -1)) {
    call.psql.print(result);
  }
  const result = results.at(-1);
  return result === undefined ? undefined : { statement, result };
}

async function gset(call: CommandCall): Promise<void> {
  const prefix = call.argument() ?? '';
  const got = await rowsOf(call);
  const { columns, rows } = got?.result ?? { columns: undefined, rows: [] };
  if (columns === undefined || rows.length === 0) {
    throw new SlashFault('no rows returned for \\gset', false, false);
  }
  if (rows.length > 1) {
    throw new SlashFault('more than one row returned for \\gset', false, false);
  }
  for (const [index, { name }] of columns.entries()) {
    const value = rows[0]![index];
    if (value === null || value === undefined) {
      call.psql.variables.unset(prefix + name);
    } else {
      call.psql.variables.set(prefix + name, value);
    }
  }
}

async function gexec(call: CommandCall): Promise<void> {
  const got = await rowsOf(call);
  for (const text of (got?.result.rows ?? []).flat()) {
    if (text !== null) {
      if (call.psql.variables.get('ECHO') === 'all') {
        call.psql.output(`${text}\n`);
      }
      await call.psql.sender.run({ ...got!.statement, text, isJoined: true, copies: undefined });
    }
  }
}

export const sendCommands: Readonly<Record<string, Command>> = {
  g: { run: (call) => send(call, false) },
  gx: { run: (call) => send(call, true) },
  gset: { run: gset },
  gexec: { run: gexec },
};
