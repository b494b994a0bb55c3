#!/usr/bin/env node
import { setTimeout as delay } from 'node:timers/promises';

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { processContext } from './commands/context.ts';
import type { CheckOptions } from './commands/check.ts';
import type { DiffOptions } from './commands/diff.ts';
import type { DoctorOptions } from './commands/doctor.ts';
import type { DriftOptions } from './commands/drift.ts';
import type { ExplainOptions } from './commands/explain.ts';
import type { MergeOptions } from './commands/merge.ts';
import type { MutateOptions } from './commands/mutate.ts';
import type { ReportOptions } from './commands/report.ts';
import type { RunOptions } from './commands/run.ts';
import type { UpOptions } from './commands/up.ts';
import type { VerifyOptions } from './commands/verify.ts';
import type { WhyOptions } from './commands/why.ts';
import { exitCode, messageOf, RolecallError } from './common/errors.ts';
import { interruption } from './process/interruption.ts';
import { Releasers } from './process/releasers.ts';
import { reporterNames, type ReporterName } from './render/registry.ts';
import { automatic, topologyNames } from './topology/registry.ts';

const exitCodesHelp = `
Exit codes:
  0    the contract holds
  1    the contract is broken: at least one finding
  2    misuse or environment: bad flag, bad contract, no database; nothing was judged
  3    inconclusive: nothing ran, or something ran that cannot prove what it claims
  130  interrupted (143: terminated, 129: hung up); everything started has been stopped`;

const interrupted = interruption((code) => {
  process.stderr.write('rolecall: stopped at once; what is still there is taken away without being waited for\n');
  process.exit(code);
});

/** argv → command → exit code. Everything a command starts has ended when it resolves; what could not be stopped is said, however it ended. */
async function main(argv: string[]): Promise<number> {
  const releasers = new Releasers();
  const code = await perform(argv, releasers);
  const released = await releasers.release().then(() => exitCode.holds, reportOnce);
  return code === exitCode.holds ? released : code;
}

async function perform(argv: string[], releasers: Releasers): Promise<number> {
  try {
    const context = processContext(releasers, interrupted.signal);
    let code: number = exitCode.holds;
    const program = commands(context.toolVersion, async (command) => {
      code = await command(context);
    });
    await program.parseAsync(argv);
    return interrupted.code ?? code;
  } catch (error) {
    if (!(error instanceof RolecallError || error instanceof CommanderError)) {
      // Ctrl-C reaches our children at the same moment: let our own signal arrive before a child's death is called a fault.
      await delay(100);
    }
    return interrupted.code ?? reportOnce(error);
  }
}

type Invoke = (command: (context: ReturnType<typeof processContext>) => Promise<number>) => Promise<void>;

function commands(version: string, invoke: Invoke): Command {
  const program = new Command('rolecall')
    .description('Proves what every Postgres role can do, before and after a migration, by logging in as it.')
    .version(version)
    .exitOverride()
    .addHelpText('after', exitCodesHelp);
  const command = (name: string, description: string) =>
    program.command(name).description(description).addHelpText('after', exitCodesHelp);

  onTopology(command('run', 'the main job: both phases, suites, probes, diff, verdict, report, index'))
    .addOption(majorOption())
    .addOption(contractOption())
    .addOption(serverUrlOption())
    .option('--out <dir>', 'folder of the packs and the index', 'reports')
    .option('--reporter <list>', `live output, comma separated: ${reporterNames.join(', ')}`, reporterList, ['console'])
    .addOption(formatOption('one line on stdout with the pack’s path and the verdict'))
    .action((options: RunOptions) =>
      invoke(async (context) => (await import('./commands/run.ts')).run(options, context)),
    );

  command('check', 'judge a live database against the contract; changes nothing that outlives it')
    .requiredOption('--url <url>', 'connection URL of a superuser')
    .option(
      '--login <identity=url>',
      'connection URL of a login identity; again for each (default: the variable the contract names)',
      collected,
      [],
    )
    .option('--allow-pgtap', 'load pgTAP for the suites where the database has none, and remove it afterwards')
    .option('--yes-production', 'run statements although the URL looks like production')
    .addOption(contractOption())
    .addOption(formatOption('verdict and findings as the pack has them'))
    .action((options: CheckOptions) =>
      invoke(async (context) => (await import('./commands/check.ts')).check(options, context)),
    );

  onTopology(command('drift', 'compare a live database’s privilege state with head as built from migrations'))
    .requiredOption('--url <url>', 'connection URL; any role may read catalogs')
    .addOption(contractOption())
    .addOption(formatOption('verdict, added and removed facts'))
    .action((options: DriftOptions) =>
      invoke(async (context) => (await import('./commands/drift.ts')).drift(options, context)),
    );

  onTopology(command('why', 'the path by which a role has a privilege, or what is missing for it'))
    .argument('<role>', 'a role, or PUBLIC')
    .argument('<privilege>', 'SELECT, EXECUTE, USAGE, …')
    .argument('<object>', 'as the server prints it: public.tenants, security.f(text), public')
    .option('--url <url>', 'ask this database (default: head as built from migrations)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(formatOption('the paths, or what is missing'))
    .action((role: string, privilege: string, object: string, options: WhyOptions) =>
      invoke(async (context) => (await import('./commands/why.ts')).why(role, privilege, object, options, context)),
    );

  onTopology(
    command(
      'up',
      'start the topology migrated to a revision, print a connection URL per identity, keep it until interrupted',
    ),
  )
    .addOption(serverUrlOption())
    .option('--revision <revision>', 'migrations up to here (default: the contract’s head)')
    .addOption(contractOption())
    .addOption(majorOption())
    .addOption(formatOption('one line when ready, with the URLs'))
    .action((options: UpOptions) => invoke(async (context) => (await import('./commands/up.ts')).up(options, context)));

  onTopology(command('mutate', 'break head on purpose, one clause at a time; every mutant must be noticed'))
    .addOption(majorOption())
    .addOption(contractOption())
    .addOption(serverUrlOption())
    .option(
      '--only <pattern>',
      'the mutant of this id, or those whose id has this in it, or is like it where it has a *',
    )
    .option('--changed', 'only mutants of objects and roles whose facts differ between baseline and head')
    .option('--list', 'print the ids of the mutants and try none')
    .option('--shard <i/n>', 'one part of n, to be joined by merge')
    .addOption(
      new Option('--jobs <number>', 'heads that are worked on at once (default: two for each core)').argParser(
        wholeNumber,
      ),
    )
    .option('--out <dir>', 'folder for the report, under mutation/ there', 'reports')
    .addOption(
      formatOption('one line on stdout with the report’s path, the score and the verdict; with --list the mutants'),
    )
    .action((options: MutateOptions) =>
      invoke(async (context) => (await import('./commands/mutate.ts')).mutate(options, context)),
    );

  command('merge', 'make one report of the parts that mutate --shard wrote, and judge the whole; no database')
    .argument('<parts...>', 'mutation.<i>-of-<n>.json, or the folder they are in')
    .addOption(contractOption())
    .option('--out <dir>', 'folder for the report, under mutation/ there', 'reports')
    .addOption(formatOption('one line on stdout with the report’s path, the score and the verdict'))
    .action((parts: string[], options: MergeOptions) =>
      invoke(async (context) => (await import('./commands/merge.ts')).merge(parts, options, context)),
    );

  command('explain', 'what a code of a finding means, why it matters and what to do; all codes without one')
    .argument('[code]')
    .addOption(formatOption('the entries'))
    .action((code: string | undefined, options: ExplainOptions) =>
      invoke(async (context) => (await import('./commands/explain.ts')).explain(code, options, context)),
    );

  command('report', 'render a stored pack again; no database')
    .argument('<pack>', 'a folder under reports/runs')
    .requiredOption('--out <dir>', 'folder for the renderings: a pack is never changed')
    .action((pack: string, options: ReportOptions) =>
      invoke(async (context) => (await import('./commands/report.ts')).report(pack, options, context)),
    );

  command('diff', 'compare two packs: privileges, assertions, findings, verdict; 1 when the second is worse')
    .argument('<before>')
    .argument('<after>')
    .addOption(formatOption('added and removed, by kind'))
    .action((before: string, after: string, options: DiffOptions) =>
      invoke(async (context) => (await import('./commands/diff.ts')).diff(before, after, options, context)),
    );

  command('verify', 'recompute the digests of a pack and the chain of the index; 1 when something was changed')
    .argument('<pack>', 'a folder under reports/runs')
    .addOption(formatOption('what was changed'))
    .action((pack: string, options: VerifyOptions) =>
      invoke(async (context) => (await import('./commands/verify.ts')).verify(pack, options, context)),
    );

  command('doctor', 'which topologies work on this machine, and why the others do not')
    .option('--pg <major>', 'PostgreSQL major version (default: 16, and for url any)', wholeNumber)
    .addOption(serverUrlOption())
    .option('--yes-production', 'try the server although its URL looks like production (url)')
    .addOption(formatOption('versions of programs, and one entry for each topology'))
    .action((options: DoctorOptions) =>
      invoke(async (context) => (await import('./commands/doctor.ts')).doctor(options, context)),
    );

  return program;
}

const contractOption = () => new Option('--contract <file>', 'what must be true').default('db/contract.yaml');
const serverUrlOption = () =>
  new Option('--url <url>', 'connection URL of a superuser, for the topology url (default: ROLECALL_URL)');
const majorOption = () =>
  new Option('--pg <major>', 'PostgreSQL major version (default: the contract’s)').argParser(wholeNumber);
const formatOption = (json: string) =>
  new Option('--format <format>', `json: ${json}`).choices(['text', 'json']).default('text');

/** The options of a command that may start a server. */
function onTopology(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--topology <name>',
        `where Postgres comes from; auto: the first of ${automatic.join(', ')} that works`,
      )
        .choices([...topologyNames, 'auto'])
        .default('embedded'),
    )
    .option(
      '--image <ref>',
      'image to start instead of the topology’s own (compose, testcontainers; default: ROLECALL_POSTGRES_IMAGE)',
    )
    .option('--reuse-roles', 'use roles that are on the server already, and put them back afterwards (url)')
    .option('--yes-production', 'use the server although its URL looks like production (url)');
}

function collected(value: string, before: string[]): string[] {
  return [...before, value];
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
  process.stderr.write(
    `rolecall: a fault of its own: ${error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error)}\n`,
  );
  return exitCode.misuse;
}

const reported = new Map<unknown, number>();

/** As `report`; what could not be stopped may have ended the command already, and been told. */
function reportOnce(error: unknown): number {
  const code = reported.get(error) ?? report(error);
  reported.set(error, code);
  return code;
}

for (const stream of [process.stdout, process.stderr]) {
  // A reader that has seen enough (`| head`) is no failure; anything else is, and nothing more can be said about it.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      process.exit(exitCode.misuse);
    }
  });
}
process.on('uncaughtException', (error) => {
  process.exit(interrupted.code ?? report(error));
});

process.exitCode = await main(process.argv);
interrupted.dispose();
