import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';

import type { Command } from './options.ts';
import { program } from './program.ts';
import { verbs } from './registry.ts';
import { told } from './told.ts';

/** The message for arguments that are refused before any command starts. */
async function refused(...args: string[]): Promise<string> {
  try {
    await program('0', () => Promise.resolve()).parseAsync(['node', 'rolecall', ...args]);
  } catch (error) {
    return told(error, false).text;
  }
  throw new Error(`nothing refused ${args.join(' ')}`);
}

/** Every verb with its flags. */
async function defined(): Promise<Map<string, CommandUnknownOpts>> {
  const all = program('0', () => Promise.resolve()).commands;
  for (const command of all) {
    (await verbs.find(({ name }) => name === command.name())!.define())(command as Command, () => Promise.resolve());
  }
  return new Map(all.map((command) => [command.name(), command]));
}

describe('arguments that are refused', () => {
  it.each([
    [['nun'], 'unknown command nun\n(Did you mean run?)'],
    [['run', '--contarct', 'x'], 'unknown option --contarct\n(Did you mean --contract?)'],
    [['run', 'one', 'two'], "too many arguments for 'run'. Expected 0 arguments but got 2."],
    [['run', '--pg', 'sixteen'], "option '--pg <major>' has a value that is invalid. It must be a whole number."],
    [['run', '--out', ''], "option '--out <dir>' has a value that is invalid. It must be the name of a folder."],
    [['check', '--url', 'a', '--url', 'b'], '--url is given twice'],
    [['verify'], "missing required argument 'pack'"],
  ])('%j: %s', async (args, message) => {
    expect(await refused(...args)).toBe(
      `rolecall: ${message}\nrolecall --help lists the commands, and rolecall COMMAND --help the flags of one.\n`,
    );
  });

  it('show no value, whatever flag or place it stands at', async () => {
    const url = "postgresql://u:hunter2' is invalid.@h/d";
    const attempts = [[url], [`--url=${url}`], [`-p${url}`], ['run', url]];
    for (const [name, command] of await defined()) {
      for (const { long, flags, mandatory } of command.options) {
        attempts.push([name, `${long!}x=${url}`]);
        if (
          flags.includes('<') &&
          !mandatory &&
          ['--topology', '--pg', '--jobs', '--format', '--reporter'].includes(long!)
        ) {
          attempts.push([name, long!, url], [name, `${long!}=${url}`]);
        }
      }
    }
    expect(attempts.length).toBeGreaterThan(60);
    for (const args of attempts) {
      const text = await refused(...args).catch((error: unknown) => String(error));
      expect([args, text]).toEqual([args, expect.not.stringContaining('hunter2')]);
    }
  });
});

it('every command that answers can answer in JSON', async () => {
  const without = [...(await defined())].filter(([, { options }]) => !options.some(({ long }) => long === '--format'));
  // One prints a script for a shell, the other a text for a person.
  expect(without.map(([name]) => name)).toEqual(['completion', 'help']);
});

it('the help of the program loads no command', async () => {
  const loaded: string[] = [];
  const all = verbs.map((verb) => ({ verb, define: verb.define }));
  all.forEach(({ verb, define }) => {
    verb.define = () => {
      loaded.push(verb.name);
      return define();
    };
  });
  const written: string[] = [];
  const help = program('0', () => Promise.resolve());
  help.configureOutput({ writeOut: (text) => void written.push(text) });
  await expect(help.parseAsync(['node', 'rolecall', '--help'])).rejects.toBeInstanceOf(CommanderError);
  all.forEach(({ verb, define }) => (verb.define = define));
  expect(loaded).toEqual([]);
  expect(verbs.filter(({ name }) => !written.join('').includes(`\n  ${name} `))).toEqual([]);
});
