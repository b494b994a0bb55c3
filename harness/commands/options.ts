import { InvalidArgumentError, Option, type Command as AnyCommand } from '@commander-js/extra-typings';

import { proofLevels } from '../common/proof-level.ts';
import { automatic, topologyNames } from '../topology/registry.ts';
import type { Context } from './context.ts';

/** A subcommand without flags yet. */
export type Command = AnyCommand;

/** Runs a command's work with the context, and keeps its exit code. */
export type Invoke = (work: (context: Context) => Promise<number>) => Promise<void>;

/** The values of a command's flags: `FlagsOf<typeof flags>`, if `flags` adds them to a command. */
export type FlagsOf<Adding extends (command: Command) => { opts(): unknown }> = ReturnType<ReturnType<Adding>['opts']>;

export const contractOption = () => new Option('--contract <file>', 'what must be true').default('db/contract.yaml');

export const serverUrlOption = () =>
  new Option(
    '--url <url>',
    'connection URL of a superuser, or of a role with CREATEROLE and CREATEDB, for the topology url (default: ROLECALL_URL)',
  );

/** `--login` of a command that builds on an existing server. */
export const loginOption = () =>
  new Option(
    '--login <identity=url>',
    'how a role logs in that is on the server already, and is used as it is; again for each (url)',
  ).argParser(collected);

export const majorOption = () =>
  new Option('--pg <major>', 'PostgreSQL major version (default: the contract’s)').argParser(wholeNumber);

/** `--proof`, with its default in words. */
export const proofOption = (otherwise: string) =>
  new Option(
    '--proof <level>',
    `how far it must be proven to pass (default: the contract’s, else ${otherwise})`,
  ).choices(proofLevels);

/** `--format`, with what `json` prints. */
export const formatOption = (json: string) =>
  new Option('--format <format>', `json: ${json}`).choices(['text', 'json'] as const).default('text' as const);

/** `--out`, with the purpose of the folder. */
export const outOption = (what: string) => new Option('--out <dir>', what).default('reports').argParser(folderName);

/** `--out` of a command that writes a pack only on request. */
export const packOption = () =>
  new Option(
    '--out <dir>',
    'write an evidence pack there, with its line in the index (default: nothing is written)',
  ).argParser(folderName);

const composeFileOption = () =>
  new Option(
    '--compose-file <file>',
    'compose file to start a service of (compose; default: docker-compose.e2e.yml here, else Rolecall’s own)',
  );

/** The flags of a command that may start a server. */
export const topologyFlags = (command: Command) =>
  command
    .addOption(
      new Option(
        '--topology <name>',
        `where Postgres comes from; auto: the first of ${automatic.join(', ')} that works`,
      )
        .choices([...topologyNames, 'auto' as const])
        .default('embedded' as const),
    )
    .option(
      '--image <ref>',
      'image to start instead of the topology’s own (compose, testcontainers; default: ROLECALL_POSTGRES_IMAGE)',
    )
    .addOption(composeFileOption())
    .option(
      '--service <name>',
      'its service that is the database (compose; default: postgres, else the only one of Postgres)',
    )
    .option('--yes-production', 'use the server although its URL looks like production (url)');

/** A flag's value as a whole number; refuses any other. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return Number(text);
}

/** A flag's value as the name of a folder. Refuses one that no file system accepts. */
export function folderName(text: string): string {
  if (text.trim() === '' || text.includes('\0')) {
    throw new InvalidArgumentError('It must be the name of a folder.');
  }
  return text;
}

/** The values of a flag that may be given again. */
export function collected(value: string, before: string[] = []): string[] {
  return [...before, value];
}
