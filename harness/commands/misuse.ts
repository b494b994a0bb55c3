import type { CommanderError } from 'commander';

import { RolecallError } from '../common/errors.ts';

/** What is wrong with the arguments, without any value: it may be a password in the wrong place. */
export function misuse({ code, message }: CommanderError): RolecallError {
  return new RolecallError('bad-argument', {
    message: withoutValues(code, message.replace(/^error: /, '')),
    next: 'rolecall --help lists the commands, and rolecall COMMAND --help the flags of one.',
  });
}

function withoutValues(code: string, message: string): string {
  switch (code) {
    case 'commander.invalidArgument':
      // Greedy, because the value may contain an apostrophe, and the rest is our text.
      return message.replace(/ (?:argument|value) '[^]*' is invalid\./, ' has a value that is invalid.');
    case 'commander.unknownOption':
      return message.replace(
        /^unknown option '([^]*)'(\n\(Did you mean [^]*\))?$/,
        (_, flag: string, hint?: string) => {
          const name = /^--[\w-]{1,40}(?==|$)|^-\w/.exec(flag)?.[0];
          return `unknown option${name === undefined ? '' : ` ${name}`}${hint ?? ''}`;
        },
      );
    case 'commander.unknownCommand':
      return message.replace(
        /^unknown command '([^]*)'(\n\(Did you mean [^]*\))?$/,
        (_, name: string, hint?: string) =>
          /^[a-z-]{1,20}$/.test(name)
            ? `unknown command ${name}${hint ?? ''}`
            : `there is no such command${hint ?? ''}`,
      );
    default:
      return message;
  }
}
