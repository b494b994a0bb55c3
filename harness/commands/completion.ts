import { Argument, Command as NewCommand } from '@commander-js/extra-typings';

import type { Context } from './context.ts';
import { completionScript, shells, type CompletedCommand } from './completion-script.ts';
import type { Command, Invoke } from './options.ts';
import type { Verb } from './verb.ts';

/** `rolecall completion`, for these verbs. */
export const defineFor = (verbs: readonly Verb[]) => (command: Command, invoke: Invoke) =>
  command
    .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(shells))
    .action((shell) => invoke((context) => completion(shell, verbs, context)));

/** Prints the script that lets a shell complete commands, their flags, and the values of flags that have a list. */
async function completion(
  shell: (typeof shells)[number],
  verbs: readonly Verb[],
  { stdout }: Context,
): Promise<number> {
  stdout(completionScript(shell, await completedCommands(verbs)));
  return 0;
}

async function completedCommands(verbs: readonly Verb[]): Promise<CompletedCommand[]> {
  return Promise.all(
    verbs.map(async ({ name, summary, define: defineVerb }) => {
      const command: Command = new NewCommand(name);
      (await defineVerb())(command, () => Promise.resolve());
      const flags = command.options.map(({ long, description, argChoices, required }) => ({
        name: long ?? '',
        description,
        choices: argChoices ?? [],
        takesValue: required,
      }));
      const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
      return { name, summary, flags, choices };
    }),
  );
}
