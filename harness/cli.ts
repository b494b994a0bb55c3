#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { processContext } from './commands/context.ts';
import type { RunOptions } from './commands/run.ts';
import { exitCode, messageOf, RolecallError } from './common/errors.ts';
import { interruption } from './common/interruption.ts';
import { withReleasers } from './common/releasers.ts';
import { reporterNames, type ReporterName } from './reporters/registry.ts';
import { topologyNames } from './topology/registry.ts';

const exitCodesHelp = `
Exit codes:
  0    the contract holds
  1    the contract is broken: at least one finding
  2    misuse or environment: bad flag, bad contract, no database; nothing was judged
  3    inconclusive: nothing ran, or something ran that cannot prove what it claims
  130  interrupted (143: terminated); everything started has been stopped`;

const interrupted = interruption((code) => process.exit(code));

/** argv → command → exit code. Everything a command starts has ended when it resolves. */
async function main(argv: string[]): Promise<number> {
  try {
    return await withReleasers(async (releasers) => {
      const context = processContext(releasers, interrupted.signal);
      let code: number = exitCode.holds;
      const program = commands(context.toolVersion, async (command) => {
        code = await command(context);
      });
      await program.parseAsync(argv);
      return code;
    });
  } catch (error) {
    return interrupted.code ?? report(error);
  }
}

type Invoke = (command: (context: ReturnType<typeof processContext>) => Promise<number>) => Promise<void>;

function commands(version: string, invoke: Invoke): Command {
  const program = new Command('rolecall')
    .description('Proves what every Postgres role can do, before and after a migration, by logging in as it.')
    .version(version)
    .exitOverride()
    .addHelpText('after', exitCodesHelp);
  program
    .command('run')
    .description('the main job: both phases, suites, probes, diff, verdict, report, index')
    .option('--contract <file>', 'what must be true', 'db/contract.yaml')
    .addOption(new Option('--topology <name>', 'where Postgres comes from').choices(topologyNames).default('embedded'))
    .option('--pg <major>', 'PostgreSQL major version (default: the contract’s)', wholeNumber)
    .option('--out <dir>', 'folder of the packs and the index', 'reports')
    .option('--reporter <list>', `live output, comma separated: ${reporterNames.join(', ')}`, reporterList, ['console'])
    .addOption(new Option('--format <format>', 'json: one line on stdout with the pack’s path and the verdict').choices(['text', 'json']).default('text'))
    .addHelpText('after', exitCodesHelp)
    .action(async (options: RunOptions) => {
      await invoke(async (context) => (await import('./commands/run.ts')).run(options, context));
    });
  return program;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return Number(text);
}

function reporterList(text: string): ReporterName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !reporterNames.includes(name as ReporterName));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Unknown: ${unknown.join(', ')}. There are ${reporterNames.join(', ')}.`);
  }
  return names as ReporterName[];
}

/** Tells a person what went wrong, and returns the exit code for it. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCode.holds : exitCode.misuse;
  }
  if (error instanceof RolecallError) {
    process.stderr.write(`rolecall: ${error.message}\n${error.next === undefined ? '' : `${error.next}\n`}`);
    return error.exit;
  }
  process.stderr.write(`rolecall: a fault of its own: ${error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error)}\n`);
  return exitCode.misuse;
}

process.exitCode = await main(process.argv);
interrupted.dispose();
