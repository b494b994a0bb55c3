import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';

import { exitCode } from '../common/errors.ts';
import { collected } from './options.ts';

/** Refuses a flag with one value if it is given twice, because the first value would be ignored silently. */
export function refuseRepeats(command: CommandUnknownOpts): void {
  for (const option of command.options) {
    if ((!option.required && !option.optional) || option.parseArg === collected) {
      continue;
    }
    const parse = option.parseArg;
    let given = false;
    option.argParser((value, previous) => {
      if (given) {
        throw new CommanderError(exitCode.misuse, 'commander.repeatedOption', `${option.long!} is given twice`);
      }
      given = true;
      return parse === undefined ? value : parse(value, previous);
    });
  }
}
