import { CommanderError } from 'commander';

import { exitCode, messageOf, RolecallError } from '../common/errors.ts';
import { withoutPasswords } from '../common/redaction.ts';
import { visibleText } from '../report/escape-invisible.ts';
import { misuse } from './misuse.ts';

/** The message for an error, and its exit code. For an internal error it includes the stack if that is requested. */
export function told(error: unknown, stack: boolean): { text: string; exit: number } {
  if (error instanceof CommanderError) {
    return error.exitCode === 0
      ? { text: '', exit: exitCode.holds }
      : helpShown(error)
        ? quiet
        : told(misuse(error), stack);
  }
  if (error instanceof RolecallError) {
    const { message, next, exit } = error;
    return { text: harmless(`rolecall: ${message}\n${next === undefined ? '' : `${next}\n`}`), exit };
  }
  const line = messageOf(error).replaceAll(/\s+/g, ' ').trim();
  const where = stack && error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  const hint = stack ? '' : ' (--stack shows where)';
  return {
    text: harmless(`rolecall: internal error, please report it: ${line}${hint}${where}\n`),
    exit: exitCode.misuse,
  };
}

/** Without any argument commander prints the help, which is enough. */
const helpShown = ({ code }: CommanderError) => code === 'commander.help';
const quiet = { text: '', exit: exitCode.misuse };

/**
 * Text for stderr in which words of a server or a file are harmless: without invisible characters, lines that a CI job takes for
 * commands, or passwords.
 */
export function harmless(text: string): string {
  return withoutCommands(visibleText(withoutPasswords(text)));
}

/** Text in which no line starts with what GitHub's runner takes for a command, `::error …` or `##[error]`. */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, '$1\\u{3a}').replaceAll(/##(?=\[)/g, '#\\u{23}');
}
