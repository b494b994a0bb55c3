import { Option } from '@commander-js/extra-typings';

import { RolecallError } from '../common/errors.ts';
import { layoutNames } from '../contract/layouts.ts';
import { collected, formatOption, majorOption, type Command, type FlagsOf } from './options.ts';

/** The flags of `init`. */
export const initFlags = (command: Command) =>
  command
    .option(
      '--url <url>',
      'a live database to draft from, by any role that may read catalogs; nothing in it is changed',
    )
    .option(
      '--login <identity=url>',
      'with --url: connection URL of a login, so that statements are run as it and rolled back; again for each',
      collected,
      [],
    )
    .option(
      '--allow-pgtap',
      'with --url: load pgTAP for the suites where the database has none, and remove it afterwards',
    )
    .option('--yes-production', 'with --url: run statements although the URL looks like production')
    .option(
      '--migrations <dir>',
      'folder of the migrations, or one .sql file (default: the first usual place that is there)',
    )
    .addOption(
      new Option('--layout <name>', 'the tool whose layout they have (default: recognised)').choices(layoutNames),
    )
    .option('--placeholder <name=value>', 'a value that the tool fills in; again for each', collected, [])
    .option('--as <role>', 'the role that runs them, which --provision makes (default: the superuser)')
    .option(
      '--stand-in <extension=file>',
      'SQL that stands in for an extension that the server does not have; again for each',
      collected,
      [],
    )
    .option(
      '--command <text>',
      'the program that migrates to {revision}, as `alembic upgrade {revision}` (Alembic is recognised)',
    )
    .option('--down <text>', 'with --command: the program that takes a database down to {revision}')
    .option('--url-env <name>', 'with --command: the variable in which it is given the URL (default: DATABASE_URL)')
    .option('--baseline <revision>', 'the last migration before what is judged (default: the one before the last)')
    .option('--head <revision>', 'the last migration (default: the newest; with --command, the word it takes for that)')
    .option('--provision <file>', 'SQL that runs before the migrations: roles that they take for granted')
    .option(
      '--update',
      'print what is there and an existing contract does not say, as a diff to review; nothing is written',
    )
    .option('--contract <file>', 'the contract to write', 'db/contract.yaml')
    .option('--name <name>', 'name of the contract (default: that of the working directory)')
    .addOption(majorOption())
    .addOption(formatOption('files written, what is gravest, what is unsure, verdict'));

export type InitOptions = FlagsOf<typeof initFlags>;

/** Whether only a live database is the source of the draft. */
export function isOfLive({ url, migrations, command }: InitOptions): boolean {
  return url !== undefined && migrations === undefined && command === undefined;
}

type Way = 'live' | 'folder' | 'command' | 'update';

/** The modes of `init` that a flag applies to. A flag that is not listed applies to all. */
const ways: Partial<Record<keyof InitOptions, readonly Way[]>> = {
  login: ['live'],
  allowPgtap: ['live'],
  yesProduction: ['live'],
  migrations: ['folder'],
  layout: ['folder'],
  placeholder: ['folder'],
  standIn: ['folder'],
  as: ['folder', 'command'],
  provision: ['folder', 'command'],
  baseline: ['folder', 'command'],
  head: ['folder', 'command'],
  command: ['command'],
  down: ['command'],
  // Alembic is a program that `init` finds itself.
  urlEnv: ['command', 'folder'],
  pg: ['folder', 'command', 'update'],
  name: ['live', 'folder', 'command'],
};

const inWords: Record<Way, string> = {
  live: '--url alone',
  folder: 'a folder of migrations',
  command: '--command',
  update: '--update',
};

/** Refuses flags that have no meaning together, in one message. */
export function requireMatching(options: InitOptions): void {
  const way: Way =
    options.update === true
      ? 'update'
      : isOfLive(options)
        ? 'live'
        : options.command !== undefined
          ? 'command'
          : 'folder';
  const faults = Object.entries(ways).flatMap(([name, said]) => {
    const value = options[name as keyof InitOptions];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined;
    return isGiven && !said.includes(way)
      ? [
          `${flagOf(name)} says nothing with ${inWords[way]}: it applies to ${said.map((one) => inWords[one]).join(', ')}`,
        ]
      : [];
  });
  if (faults.length > 0) {
    throw new RolecallError('bad-argument', {
      message: faults.join('\n'),
      next: 'Omit what does not apply: rolecall init --help.',
    });
  }
}

function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
