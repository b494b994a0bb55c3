import type { Command } from '../command.ts';
import { SlashFault } from '../slash-scanner.ts';

export const variableCommands: Readonly<Record<string, Command>> = {
  set: {
    run: (call) => {
      const name = call.argument();
      if (name === undefined) {
        const lines = call.psql.variables
          .entries()
          .map(([key, value]) => `${key} = '${value.replaceAll("'", "''")}'\n`);
        call.psql.output(lines.join(''));
        return;
      }
      call.psql.variables.set(name, call.rest().join(''));
    },
  },
  unset: { run: (call) => call.psql.variables.unset(call.required()) },
  getenv: {
    run: (call) => {
      const [name, variable] = [call.required(), call.required()];
      const value = { ...call.psql.options.env, ...call.psql.shellEnv }[variable];
      if (value !== undefined) {
        call.psql.variables.set(name, value);
      }
    },
  },
  encoding: {
    run: (call) => {
      const name = call.argument();
      if (name === undefined) {
        call.psql.output('UTF8\n');
      } else if (!/^utf-?8$|^unicode$/i.test(name)) {
        throw new SlashFault(`\\encoding ${name} is not supported: files are read as UTF8`, true);
      }
    },
  },
};
