import type { Psql } from './psql.ts';
import type { OutputEnd, Shell, ShellEnd } from './shell-end.ts';
import { SlashFault } from './slash-scanner.ts';

/** Runs a command of the shell for a script that may do so; `what` says what the script does. */
export function runProgram(psql: Psql, what: string, command: string, input?: string): ShellEnd {
  return allowedShell(psql, what)(command, { ...psql.options.env, ...psql.shellEnv }, input);
}

/** The shell of a script that may use one; the script stops where it may not, whatever it says about errors. */
export function allowedShell({ options: { shell } }: Psql, what: string): Shell {
  if (shell === undefined) {
    throw new SlashFault(`${what}, which takes --allow-shell of rolecall test`, true);
  }
  return shell;
}

/** The stdin of a program, which runs when all is written; what it prints is the script's output. */
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
