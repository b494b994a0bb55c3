import { describe, expect, it } from 'vitest';

import { program } from '../commands/program.ts';
import { blocks } from '../testing/documents.ts';

/** The arguments of a shell line: without quotes, and without what follows the command (a comment, a pipe, a redirection). */
function argumentsIn(line: string): string[] {
  const [command] = line.match(/^(?:"[^"]*"|'[^']*'|[^"'#|>&;])*/)!;
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ at, text }) =>
    text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap(
        (line) => line.match(/(?:^|&& )(?:\w+=\S+ )*(?:npx (?:--no )?|npm run -s )?rolecall (?:-- )?(.*)/)?.[1] ?? [],
      )
      .map((line) => [at, line] as const),
  );

describe('a command in the documents', () => {
  it('stands there often', () => {
    expect(commands.length).toBeGreaterThan(30);
  });

  it.each(commands)('%s: rolecall %s', async (_, line) => {
    const parsed = program('0', () => Promise.resolve()).parseAsync(['node', 'rolecall', ...argumentsIn(line)]);
    // `help COMMAND` prints the help, which commander reports by throwing.
    await parsed.catch((error: unknown) => expect(error).toMatchObject({ code: 'commander.helpDisplayed' }));
  });

  it('is refused where its flag does not exist', async () => {
    const parsed = program('0', () => Promise.resolve()).parseAsync([
      'node',
      'rolecall',
      ...argumentsIn('run --no-such # x'),
    ]);
    await expect(parsed).rejects.toThrow('unknown option');
  });
});
