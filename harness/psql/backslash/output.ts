import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall } from '../command.ts';
import { setPrinting } from '../print-settings.ts';
import { SlashFault, startsWithBar } from '../slash-scanner.ts';
import { readBoolean } from '../variables.ts';

/** `\echo` and its kin: the arguments with a blank between them; a first `-n` that is not quoted leaves out the newline. */
function said(call: CommandCall): string {
  const first = call.quotable();
  if (first === undefined) {
    return '\n';
  }
  const noNewline = first.text === '-n' && !first.quoted;
  const words = [...(noNewline ? [] : [first.text]), ...call.rest()];
  return words.join(' ') + (noNewline ? '' : '\n');
}

/** Sets a printing option, and says so unless psql is quiet. */
function printing(call: CommandCall, option: string, value: string | undefined): void {
  const answer = setPrinting(call.psql.settings, option, value);
  if (answer !== '' && !call.psql.variables.isOn('QUIET')) {
    call.psql.output(`${answer}\n`);
  }
}

/** A function that writes to a file: anew at its first call. */
export function fileWriter(file: string): (text: string) => void {
  let write: (file: string, text: string) => void = writeFileSync;
  return (text) => {
    try {
      write(file, text);
    } catch (error) {
      throw new SlashFault(`${file}: ${messageOf(error)}`, false, false);
    }
    write = appendFileSync;
  };
}

/** The same for a file that is opened, and so emptied, before anything is written. */
export function openFile(file: string): (text: string) => void {
  const write = fileWriter(file);
  try {
    write('');
  } catch (error) {
    throw new SlashFault(messageOf(error));
  }
  return write;
}

export const outputCommands: Readonly<Record<string, Command>> = {
  echo: { run: (call) => call.psql.output(said(call)) },
  qecho: { run: (call) => call.psql.queryOutput(said(call)) },
  warn: { run: (call) => call.psql.warn(said(call)) },
  pset: {
    run: (call) => {
      const option = call.argument();
      if (option === undefined) {
        throw new SlashFault('\\pset without an option is not supported', true);
      }
      printing(call, option, call.argument());
    },
  },
  t: { run: (call) => printing(call, 'tuples_only', call.argument()) },
  x: { run: (call) => printing(call, 'expanded', call.argument()) },
  f: { run: (call) => printing(call, 'fieldsep', call.argument()) },
  C: { run: (call) => printing(call, 'title', call.argument()) },
  a: {
    run: (call) => printing(call, 'format', call.psql.settings.format === 'aligned' ? 'unaligned' : 'aligned'),
  },
  timing: {
    run: (call) => {
      const value = call.argument();
      const is = value === undefined ? !call.psql.timing : readBoolean(value);
      if (is === undefined) {
        throw new SlashFault(`unrecognized value "${value!}" for "\\timing": Boolean expected`);
      }
      call.psql.timing = is;
      if (!call.psql.variables.isOn('QUIET')) {
        call.psql.output(`Timing is ${is ? 'on' : 'off'}.\n`);
      }
    },
  },
  o: { run: redirect },
  out: { run: redirect },
  p: { run: showBuffer },
  print: { run: showBuffer },
  r: { run: clearBuffer },
  reset: { run: clearBuffer },
};

function redirect(call: CommandCall): void {
  if (startsWithBar(call.reading.cursor)) {
    const command = call.line().slice(1).trim();
    const { options, shellEnv } = call.psql;
    if (options.shell === undefined) {
      throw new SlashFault('\\o | runs a program, which takes --allow-shell', true);
    }
    throw new SlashFault(`\\o |${command} is not supported${Object.keys(shellEnv).length === 0 ? '' : ' here'}`, true);
  }
  const name = call.argument();
  call.psql.redirected = name === undefined || name === '' ? undefined : openFile(path.resolve(call.psql.cwd, name));
}

function showBuffer(call: CommandCall): void {
  const { scanner } = call.reading;
  const text = scanner.text === '' ? call.reading.previousText : scanner.text;
  call.psql.output(`${text ?? 'Query buffer is empty.'}\n`);
}

function clearBuffer(call: CommandCall): void {
  const { scanner } = call.reading;
  scanner.text = '';
  scanner.reset();
  if (!call.psql.variables.isOn('QUIET')) {
    call.psql.output('Query buffer reset (cleared).\n');
  }
}
