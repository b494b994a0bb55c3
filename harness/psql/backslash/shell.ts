import type { Command } from '../command.ts';
import { SlashFault } from '../slash-scanner.ts';

/** Commands that reach out of the database: each needs the permission. */
export const shellCommands: Readonly<Record<string, Command>> = {
  '!': {
    wholeLine: true,
    run: (call) => {
      const command = call.line();
      const { shell } = call.psql.options;
      if (shell === undefined) {
        throw new SlashFault('\\! runs a program, which takes --allow-shell', true);
      }
      call.psql.output(shell(command, call.psql.shellEnv));
    },
  },
  setenv: {
    run: (call) => {
      const [name, value] = [call.required(), call.argument()];
      if (call.psql.options.shell === undefined) {
        throw new SlashFault('\\setenv changes the environment of programs, which takes --allow-shell', true);
      }
      if (name.includes('=')) {
        throw new SlashFault('\\setenv: environment variable name must not contain "="');
      }
      call.psql.shellEnv[name] = value ?? '';
    },
  },
};
