import { Command as NewCommand } from '@commander-js/extra-typings';

import type { Command } from './options.ts';
import { topics } from './topics.ts';
import { exitCodesOf, type Verb } from './verb.ts';

/** `docs/commands.md`: every command with its needs, examples, flags and exit codes. */
export async function commandsDocument(verbs: readonly Verb[]): Promise<string> {
  return [
    '# Commands',
    `The binary is \`rolecall\`. stdout has the output, stderr the progress. \`rolecall help COMMAND\` prints the same text as this page; \`rolecall help TOPIC\` prints a short text about ${topics.map(({ name }) => `\`${name}\``).join(', ')}. [Environment variables](environment.md) have a page of their own.`,
    verbs.map(({ name, summary }) => `- [\`${name}\`](#${name}): ${summary}`).join('\n'),
    'Every command takes `--help`, and `--stack`, which shows where an internal error comes from.',
    ...(await Promise.all(verbs.map(section))),
  ].join('\n\n');
}

async function section(verb: Verb): Promise<string> {
  const { name, summary, needs, examples, exits } = verb;
  const command = await definedCommand(verb);
  const places = command.registeredArguments.map((one) => {
    const shown = `${one.name()}${one.variadic ? '…' : ''}`;
    return `| \`${one.required ? shown : `[${shown}]`}\` | ${cell(one.description)}${choices(one.argChoices)} |`;
  });
  const flags = command.options.map(
    ({ flags: shown, description, argChoices, defaultValue, defaultValueDescription, mandatory }) =>
      `| \`${shown}\` | ${cell(description)}${choices(argChoices)}${mandatory ? ' Required.' : otherwise(defaultValueDescription ?? defaultValue)} |`,
  );
  return [
    `## \`${name}\``,
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`,
    `**Needs** ${needs}`,
    fenced(examples.map(({ args, says }) => `rolecall ${name} ${args}`.trimEnd() + ` # ${says}`)),
    ...table('argument or flag', [...places, ...flags]),
    ...table(
      'exit',
      exitCodesOf(exits).map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`),
    ),
  ].join('\n\n');
}

/** A verb's command with its arguments and flags, but without an action. */
export async function definedCommand(verb: Verb): Promise<Command> {
  const command: Command = new NewCommand(verb.name);
  (await verb.define())(command, () => Promise.resolve());
  return command;
}

function table(title: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [[`| ${title} | means |`, '|---|---|', ...rows].join('\n')];
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll(/<([\w=.-]+)>/g, '`<$1>`');

const choices = (values: readonly string[] | undefined) =>
  values === undefined ? '' : `: ${values.map((value) => `\`${value}\``).join(', ')}`;

function otherwise(value: unknown): string {
  const text = Array.isArray(value) ? value.join(',') : String(value);
  return value === undefined || text === '' ? '' : ` (default: \`${text}\`)`;
}
