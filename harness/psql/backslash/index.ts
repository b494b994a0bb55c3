import type { Command } from '../command.ts';
import { connectionCommands } from './connection.ts';
import { copyCommands } from './copy.ts';
import { includeCommands } from './include.ts';
import { outputCommands } from './output.ts';
import { sendCommands } from './send.ts';
import { shellCommands } from './shell.ts';
import { variableCommands } from './variables.ts';

/** Every supported command, by name without its backslash. The reader itself handles `\if` and the like. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...variableCommands,
    ...outputCommands,
    ...includeCommands,
    ...sendCommands,
    ...copyCommands,
    ...connectionCommands,
    ...shellCommands,
  }),
);

const notSupported = new Set(
  'bind bind_named close_prepared conninfo copyright crosstabview crosstab e edit ef endpipeline errverbose ev flush flushrequest gdesc getresults h help html H l list lo_export lo_import lo_list lo_unlink parse password prompt s sendpipeline sf startpipeline sv syncpipeline T watch w write z ?'.split(
    ' ',
  ),
);

/** Whether psql has a command with this name that is not supported here. */
export function isPsqlCommand(name: string): boolean {
  return notSupported.has(name) || /^d[A-Za-z]*[S+x]*$/.test(name) || /^(?:l|z|sf|sv)[S+x]+$/.test(name);
}
