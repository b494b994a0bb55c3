import path from 'node:path';

import type { StatementResult } from '../../postgres/exchange.ts';
import type { Command, CommandCall } from '../command.ts';
import { setPrinting, type PrintSettings } from '../print-settings.ts';
import type { OutputEnd } from '../shell-end.ts';
import { programEnd } from '../shell.ts';
import { SlashFault, startsWithBar } from '../slash-scanner.ts';
import type { Statement } from '../source.ts';
import { timeText } from '../time-text.ts';
import { fileEnd } from './output.ts';

/** A failure that has been reported already. */
const told = () => new SlashFault('', false, false);

async function send(call: CommandCall, expanded: boolean): Promise<void> {
  const { psql } = call;
  const settings = { ...psql.settings };
  if (expanded) {
    settings.expanded = true;
  }
  const end = outputEnd(call, settings);
  const statement = call.statement();
  const print = (one: StatementResult) => psql.print(one, settings, end === undefined ? undefined : end.write);
  if (!(await psql.sender.run(statement, print))) {
    throw told();
  }
  end?.close();
}

/** Where `\g` sends the results, after its printing options; undefined if they go where they usually do. */
function outputEnd(call: CommandCall, settings: PrintSettings): OutputEnd | undefined {
  const { psql, reading } = call;
  const program = () =>
    startsWithBar(reading.cursor)
      ? programEnd(psql, `\\${call.name} | runs a program`, call.line().slice(1))
      : undefined;
  const before = program();
  if (before !== undefined) {
    return before;
  }
  let name = call.argument();
  if (name?.startsWith('(') === true) {
    printOptions(call, name, settings);
    const after = program();
    if (after !== undefined) {
      return after;
    }
    name = call.argument();
  }
  return name === undefined || name === '' ? undefined : fileEnd(path.resolve(psql.cwd, name));
}

/** Reads `(option=value …)`. */
function printOptions(call: CommandCall, first: string, settings: PrintSettings): void {
  let word: string | undefined = first.slice(1);
  while (word !== undefined) {
    const isLast = word.endsWith(')');
    const option: string = isLast ? word.slice(0, -1) : word;
    const [key = '', ...value] = option.split('=');
    if (key !== '') {
      setPrinting(settings, key, option.includes('=') ? value.join('=') : undefined);
    }
    if (isLast) {
      return;
    }
    word = call.argument();
  }
  throw new SlashFault(`\\${call.name}: missing right parenthesis`);
}

/** Runs the statement, and returns the result of its last part that returns rows. */
async function rowsOf(call: CommandCall): Promise<{ statement: Statement; result: StatementResult } | undefined> {
  const statement = call.statement();
  const results: StatementResult[] = [];
  if (!(await call.psql.sender.run(statement, (one) => void results.push(one)))) {
    throw told();
  }
  // Results before the last one are printed as usual.
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
  const { psql } = call;
  const { timing } = psql;
  const started = performance.now();
  // The statements are a part of the one that returns them. Its time is printed after theirs.
  psql.timing = false;
  try {
    const got = await rowsOf(call);
    psql.timing = timing;
    for (const text of (got?.result.rows ?? []).flat()) {
      if (text !== null) {
        if (psql.variables.get('ECHO') === 'all') {
          psql.output(`${text}\n`);
        }
        await psql.sender.run({ ...got!.statement, text, isJoined: true, copies: undefined });
      }
    }
  } finally {
    psql.timing = timing;
    if (timing) {
      psql.output(timeText(performance.now() - started));
    }
  }
}

export const sendCommands: Readonly<Record<string, Command>> = {
  g: { run: (call) => send(call, false) },
  gx: { run: (call) => send(call, true) },
  gset: { run: gset },
  gexec: { run: gexec },
};
