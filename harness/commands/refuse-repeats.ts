import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';

import { exitCode } from '../common/errors.ts';
import { collected } from './options.ts';

/** Has a flag that takes one value refused where it is given twice: the first value would be passed over in silence. */
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
