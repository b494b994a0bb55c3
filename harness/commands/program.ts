import { Command } from '@commander-js/extra-typings';

import type { Invoke } from './options.ts';
import { refuseRepeats } from './refuse-repeats.ts';
import { verbs } from './registry.ts';

const ofContract = [
  'the contract holds',
  'the contract is broken: at least one finding',
  'inconclusive: nothing ran, or something ran that cannot prove what it claims',
] as const;

function exitCodesHelp([holds, broken, inconclusive]: readonly [string, string, string] = ofContract): string {
  return `
Exit codes:
  0    ${holds}
  1    ${broken}
  2    misuse or environment: bad flag, bad contract, no database; nothing was judged
  3    ${inconclusive}
  130  interrupted (143: terminated, 129: hung up); everything started has been stopped`;
}

/** The program. A verb's module, with all that it needs, is loaded only when that verb is asked for. */
export function program(version: string, invoke: Invoke): Command {
  const rolecall: Command = new Command('rolecall')
    .description('Proves what every Postgres role can do, before and after a migration, by logging in as it.')
    .version(version)
    .exitOverride()
    // What commander would print holds the values that were given; `misuse` says it without them.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', exitCodesHelp())
    .hook('preSubcommand', async (_, command) => {
      const define = await verbs.find(({ name }) => name === command.name())?.define();
      define?.(command as Command, invoke);
      command.option('--stack', 'show where an internal error comes from');
      refuseRepeats(command);
    });
  for (const { name, summary, exits } of verbs) {
    rolecall.command(name).description(summary).addHelpText('after', exitCodesHelp(exits));
  }
  return rolecall;
}
