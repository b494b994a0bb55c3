import { Option } from '@commander-js/extra-typings';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';

import { exitCode } from '../common/errors.ts';
import { withoutPasswordsIn } from '../common/redaction.ts';
import { mutationJson, type MutationReport } from '../mutation/mutation-report.ts';
import { parseShard } from '../mutation/shard.ts';
import { writeFolder } from '../pack/write-pack.ts';
import { listMutants } from '../mutation/run/plan.ts';
import { runMutation } from '../mutation/run/run-mutation.ts';
import { readProject } from '../pipeline/project.ts';
import { renderMutationHtml, renderMutationMarkdown } from '../render/render.ts';
import { mutationProgress, mutationSummary } from '../mutation/report/console.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { migratorOf } from './migrator.ts';
import {
  contractOption,
  formatOption,
  majorOption,
  outOption,
  serverUrlOption,
  topologyFlags,
  wholeNumber,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';
import { makeOutFolder } from './out-folder.ts';
import { chooseTopology } from './topology.ts';

const flags = (command: Command) =>
  topologyFlags(command)
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
    .addOption(outOption('folder for the report, under mutation/ there'))
    .addOption(
      formatOption('one line on stdout with the report’s path, the score and the verdict; with --list the mutants'),
    );

type MutateOptions = FlagsOf<typeof flags>;

/** `rolecall mutate`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => mutate(options, context)));

/** Damages head on purpose, one mutant at a time. Every mutant must be noticed. Writes a report, or the part of a shard. */
export async function mutate(options: MutateOptions, context: Context): Promise<number> {
  const { releasers, signal, stderr, colours } = context;
  const shard = options.shard === undefined ? null : parseShard(options.shard);
  const project = await readProject(options.contract);
  if (options.list !== true) {
    await makeOutFolder(shard === null ? path.join(options.out, 'mutation') : options.out);
  }
  const migrator = migratorOf(project, context);
  const { topology, options: topologyOptions } = await chooseTopology(options, project, 'head', context, {
    needsSuperuser: true,
  });
  const plan = {
    ...topologyOptions,
    project,
    topology,
    migrator,
    shard,
    only: options.only ?? null,
    changed: options.changed ?? false,
  };
  if (options.list === true) {
    const mutants = await listMutants(plan);
    await releasers.release();
    signal.throwIfAborted();
    context.stdout(
      options.format === 'json' ? `${JSON.stringify(mutants)}\n` : mutants.map(({ id }) => `${id}\n`).join(''),
    );
    return exitCode.holds;
  }
  const show = mutationProgress(stderr, colours.stderr, context.terminal);
  const report = await runMutation({
    ...plan,
    toolVersion: context.toolVersion,
    git: await gitState(options.contract, options.out, context),
    jobs: options.jobs ?? 2 * availableParallelism(),
    onMutant: show.onMutant,
    onStep: show.onStep,
  });
  await releasers.release();
  signal.throwIfAborted();
  return answerMutation(report, options, context);
}

/** Writes a mutation report to its place, prints it, and returns the exit code of its verdict. */
export async function answerMutation(
  judged: MutationReport,
  { out, format }: Pick<MutateOptions, 'out' | 'format'>,
  { stdout, colours }: Context,
): Promise<number> {
  const report = withoutPasswordsIn(judged);
  const written = await writeReport(out, report);
  const { score, verdict } = report;
  stdout(
    format === 'json'
      ? `${JSON.stringify({ report: written, score, verdict })}\n`
      : mutationSummary(report, written, colours.stdout),
  );
  return verdict.exit_code;
}

async function writeReport(out: string, report: MutationReport): Promise<string> {
  const { id, shard } = report.run;
  const json = mutationJson(report);
  if (shard !== null) {
    const file = path.join(out, `mutation.${shard.index}-of-${shard.of}.json`);
    await writeFile(file, json);
    return file;
  }
  const files = new Map([
    ['mutation.json', json],
    ['report.md', renderMutationMarkdown(report)],
    ['report.html', renderMutationHtml(report)],
  ]);
  return writeFolder(path.join(out, 'mutation'), id, files);
}
