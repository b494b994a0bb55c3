import { Command } from '@commander-js/extra-typings';

import type { Invoke } from './options.ts';
import { refuseRepeats } from './refuse-repeats.ts';
import { verbs } from './registry.ts';
import { exitCodesHelp, exitsOfContract, helpAfter } from './verb.ts';

/** The program. The module of a verb and its imports are loaded only when that verb runs. */
export function program(version: string, invoke: Invoke): Command {
  const rolecall: Command = new Command('rolecall')
    .description('Proves what every Postgres role can do, before and after a migration, by logging in as it.')
    .version(version)
    .exitOverride()
    // Commander's own message would repeat the given values. `misuse` reports it without them.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', `\n${exitCodesHelp(exitsOfContract)}`)
    .hook('preSubcommand', async (_, command) => {
      const define = await verbs.find(({ name }) => name === command.name())?.define();
      define?.(command as Command, invoke);
      command.option('--stack', 'show where an internal error comes from');
      refuseRepeats(command);
    });
  for (const verb of verbs) {
    rolecall.command(verb.name).description(verb.summary).addHelpText('after', helpAfter(verb));
  }
  return rolecall;
}
