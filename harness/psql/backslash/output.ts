import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall } from '../command.ts';
import { setPrinting } from '../print-settings.ts';
import type { OutputEnd } from '../shell-end.ts';
import { programEnd } from '../shell.ts';
import { SlashFault, startsWithBar } from '../slash-scanner.ts';
import { readBoolean } from '../variables.ts';

/** `\echo` and the like: the arguments with a blank between them. A first `-n` without quotes leaves out the newline. */
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

/** A file that is overwritten when something is written for the first time. */
export function fileEnd(file: string): OutputEnd {
  let write: (file: string, text: string) => void = writeFileSync;
  return {
    write: (text) => {
      try {
        write(file, text);
      } catch (error) {
        throw new SlashFault(`${file}: ${messageOf(error)}`, false, false);
      }
      write = appendFileSync;
    },
    close: () => undefined,
  };
}

/** As above, but the file is opened, and so emptied, before anything is written. */
export function openFile(file: string): OutputEnd {
  const end = fileEnd(file);
  try {
    end.write('');
  } catch (error) {
    throw new SlashFault(messageOf(error));
  }
  return end;
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
      call.psql.timing = is ?? call.psql.timing;
      if (!call.psql.variables.isOn('QUIET')) {
        call.psql.output(`Timing is ${call.psql.timing ? 'on' : 'off'}.\n`);
      }
      if (is === undefined) {
        throw new SlashFault(`unrecognized value "${value!}" for "\\timing": Boolean expected`);
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
  const { psql, reading } = call;
  if (startsWithBar(reading.cursor)) {
    psql.redirect(programEnd(psql, `\\${call.name} | runs a program`, call.line().slice(1)));
    return;
  }
  const name = call.argument();
  psql.redirect(name === undefined || name === '' ? undefined : openFile(path.resolve(psql.cwd, name)));
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
