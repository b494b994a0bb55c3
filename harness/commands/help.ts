import type { Command as AnyCommand } from '@commander-js/extra-typings';

import { exitCode, RolecallError } from '../common/errors.ts';
import type { Context } from './context.ts';
import type { Command, Invoke } from './options.ts';
import { readTopic, topics } from './topics.ts';
import type { Verb } from './verb.ts';

/** `rolecall help`, for these verbs. */
export const defineFor = (verbs: readonly Verb[]) => (command: Command, invoke: Invoke) =>
  command.argument('[topic]', 'a command, or a topic: topics lists them').action(async (topic) => {
    const program = command.parent as AnyCommand | null;
    if (topic === undefined) {
      program?.help();
    } else if (topic === command.name()) {
      // The command is defined already.
      command.help();
    } else if (verbs.some(({ name }) => name === topic)) {
      // As the command itself prints it, with its flags.
      await program?.parseAsync(['node', 'rolecall', topic, '--help']);
    } else {
      await invoke((context) => tell(topic, verbs, context));
    }
  });

async function tell(topic: string, verbs: readonly Verb[], { stdout }: Context): Promise<number> {
  const text = await readTopic(topic, verbs);
  if (text === undefined) {
    throw new RolecallError('bad-argument', {
      message: 'there is no such command and no such topic',
      next: `Topics: ${topics.map(({ name }) => name).join(', ')}. rolecall --help lists the commands.`,
    });
  }
  stdout(`${text.trimEnd()}\n`);
  return exitCode.holds;
}
