import { describe, expect, it, vi } from 'vitest';

import { textOf } from '../testing/documents.ts';
import { definedCommand } from './commands-document.ts';
import { program } from './program.ts';
import { verbs } from './registry.ts';
import { readTopic, topics } from './topics.ts';
import { exitCodesOf } from './verb.ts';

const examples = verbs.flatMap(({ name, examples: all }) => all.map(({ args }) => [name, args] as const));

/** Arguments as a shell splits them: without quotes and redirections. */
function words(args: string): string[] {
  const [command] = args.match(/^(?:"[^"]*"|'[^']*'|[^"'>])*/)!;
  return [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

describe('a command', () => {
  it.each(verbs)('$name has two to four examples', ({ examples: { length } }) => {
    expect(length).toBeGreaterThanOrEqual(2);
    expect(length).toBeLessThanOrEqual(4);
  });

  it.each(examples)('rolecall %s %s is accepted', async (name, args) => {
    await program('0', () => Promise.resolve())
      .parseAsync(['node', 'rolecall', name, ...words(args)])
      .catch((error: unknown) => {
        // `help run` prints help, which commander reports by throwing.
        expect(error).toMatchObject({ code: 'commander.helpDisplayed' });
      });
  });

  it.each(verbs)('$name stands in docs/commands.md with each flag and exit code', async (verb) => {
    const [, section = ''] = textOf('docs/commands.md').split(`\n## \`${verb.name}\`\n`);
    const [own = ''] = section.split('\n## ');
    const { options, registeredArguments } = await definedCommand(verb);
    const wanted = [
      ...options.map(({ flags }) => `\`${flags}\``),
      ...registeredArguments.map((one) => one.name()),
      ...exitCodesOf(verb.exits).map(([code]) => `| ${code} |`),
    ];
    expect(wanted.filter((text) => !own.includes(text))).toEqual([]);
  });
});

describe('rolecall help', () => {
  it.each(verbs)('$name prints what $name --help does', async ({ name }) => {
    const printed = async (...args: string[]) => {
      const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
      const parsed = program('0', () => Promise.resolve()).parseAsync(['node', 'rolecall', ...args]);
      await expect(parsed).rejects.toMatchObject({ exitCode: 0 });
      const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
      write.mockRestore();
      return text;
    };
    expect(await printed('help', name)).toBe(await printed(name, '--help'));
  });
});

describe('a topic of the help', () => {
  it.each(topics)('$name has a text', async ({ name }) => {
    expect((await readTopic(name, verbs))!.length).toBeGreaterThan(200);
  });

  it('is among the topics, or is none', async () => {
    const list = (await readTopic('topics', verbs))!;
    expect(topics.filter(({ name }) => !list.includes(name))).toEqual([]);
    expect(await readTopic('../topics', verbs)).toBeUndefined();
  });
});

it('the exit codes of a judgement stand in the README', () => {
  const readme = textOf('README.md');
  expect(['0', '1', '2', '3', '130, 143, 129'].filter((code) => !readme.includes(`| ${code} |`))).toEqual([]);
});
