import type { Command } from '../command.ts';
import { allowedShell, runProgram } from '../shell.ts';
import { SlashFault } from '../slash-scanner.ts';

/** Commands that reach out of the database. Each needs permission. */
export const shellCommands: Readonly<Record<string, Command>> = {
  '!': {
    wholeLine: true,
    run: (call) => call.psql.output(runProgram(call.psql, '\\! runs a program', call.line()).output),
  },
  setenv: {
    run: (call) => {
      const [name, value] = [call.required(), call.argument()];
      allowedShell(call.psql, '\\setenv changes the environment of programs');
      if (name.includes('=')) {
        throw new SlashFault('\\setenv: environment variable name must not contain "="');
      }
      call.psql.shellEnv[name] = value;
    },
  },
};
