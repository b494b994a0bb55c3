import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { slashed } from '../../common/slashes.ts';
import { messageOf } from '../../common/errors.ts';
import type { Command, CommandCall, CommandEffect } from '../command.ts';
import { SlashFault } from '../slash-scanner.ts';

const deepest = 100;

async function include(call: CommandCall, base: string): Promise<void> {
  const name = call.required();
  const file = path.resolve(base, name.startsWith('~/') ? path.join(homedir(), name.slice(2)) : name);
  if (call.reading.source.includedAt.length >= deepest) {
    throw new SlashFault(`\\${call.name} ${name}: files include each other without end`);
  }
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new SlashFault(`\\${call.name} ${name}: ${messageOf(error)}`);
  });
  call.psql.options.onInclude?.(file);
  await call.reading.include(shownPath(file, call), text);
}

/** A path below the working directory as it is written in the script. */
function shownPath(file: string, { psql }: CommandCall): string {
  const relative = path.relative(psql.options.cwd, file);
  return slashed(relative.startsWith('..') ? file : relative);
}

const fromHere: Command = { run: (call) => include(call, call.psql.cwd) };
const beside: Command = {
  run: (call) => include(call, path.dirname(path.resolve(call.psql.options.cwd, call.reading.source.file))),
};
const quit: Command = { run: (): CommandEffect => 'end-of-file' };

export const includeCommands: Readonly<Record<string, Command>> = {
  i: fromHere,
  include: fromHere,
  ir: beside,
  include_relative: beside,
  q: quit,
  quit,
  cd: {
    run: (call) => {
      call.psql.cwd = path.resolve(call.psql.cwd, call.argument() ?? homedir());
    },
  },
};
