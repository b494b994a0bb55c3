import type { Psql } from './psql.ts';
import type { OutputEnd, Shell, ShellEnd } from './shell-end.ts';
import { SlashFault } from './slash-scanner.ts';

/** Runs a shell command for a script that may do so. `what` describes what the script does. */
export function runProgram(psql: Psql, what: string, command: string, input?: string): ShellEnd {
  return allowedShell(psql, what)(command, { ...psql.options.env, ...psql.shellEnv }, input);
}

/** The shell of a script that may use one. If it may not, the script stops, whatever ON_ERROR_STOP says. */
export function allowedShell({ options: { shell } }: Psql, what: string): Shell {
  if (shell === undefined) {
    throw new SlashFault(`${what}, which takes --allow-shell of rolecall test`, true);
  }
  return shell;
}

/** The stdin of a program, which runs when everything is written. Its output is the script's output. */
export function programEnd(psql: Psql, what: string, command: string): OutputEnd {
  allowedShell(psql, what);
  let written = '';
  return {
    write: (text) => {
      written += text;
    },
    close: () => psql.output(runProgram(psql, what, command, written).output),
  };
}
