import type { Psql } from './psql.ts';
import { SlashFault } from './slash-scanner.ts';

/** How a command of the shell ended. */
export interface ShellEnd {
  /** What it printed. */
  output: string;
  /** Why it failed; undefined where it did not. */
  failure: string | undefined;
}

/** Runs a command of the shell; `input` is its stdin. */
export type Shell = (command: string, env: Readonly<Record<string, string | undefined>>, input?: string) => ShellEnd;

/** Where results go: a file, or a program. */
export interface OutputEnd {
  write(text: string): void;
  close(): void;
}

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
