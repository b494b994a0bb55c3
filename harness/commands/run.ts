import { InvalidArgumentError, Option } from '@commander-js/extra-typings';

import { hiding } from '../common/redaction.ts';
import type { Evidence } from '../pack/evidence.ts';
import { keylessBundle } from '../pack/keyless.ts';
import { prepareOut, writePack } from '../pack/write-pack.ts';
import { packFiles } from '../render/pack-files.ts';
import { readProject } from '../pipeline/project.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import type { GithubJob } from '../render/github.ts';
import { combined, reporterNames, reporters, type ReporterName } from '../render/registry.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { identityTokens, sigstoreOf } from './identity-token.ts';
import { migratorOf } from './migrator.ts';
import {
  contractOption,
  formatOption,
  loginOption,
  majorOption,
  outOption,
  proofOption,
  serverUrlOption,
  topologyFlags,
  type Command,
  type FlagsOf,
  type Invoke,
} from './options.ts';
import { keylessOption, keyOption, signingKey } from './signing.ts';
import { chooseTopology } from './topology.ts';

const flags = (command: Command) =>
  topologyFlags(command)
    .addOption(majorOption())
    .addOption(contractOption())
    .addOption(serverUrlOption())
    .addOption(loginOption())
    .addOption(proofOption('full'))
    .addOption(outOption('folder of the packs and the index'))
    .addOption(
      new Option('--reporter <list>', `live output, comma separated: ${reporterNames.join(', ')}`)
        .default<ReporterName[]>(['console'])
        .argParser(reporterList),
    )
    .addOption(keyOption('the pack and the end of the index'))
    .addOption(keylessOption())
    .addOption(formatOption('one line on stdout with the pack’s path and the verdict'));

export type RunOptions = FlagsOf<typeof flags>;

/** `rolecall run`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => run(options, context)));

/** The main job. Writes a pack and returns the exit code of its verdict. */
export async function run(options: RunOptions, context: Context): Promise<number> {
  const { pack, evidence } = await makeEvidence(options, context);
  if (options.format === 'json') {
    context.stdout(`${JSON.stringify({ pack, verdict: evidence.verdict })}\n`);
  }
  return evidence.verdict.exit_code;
}

/** Runs everything and writes the pack. Returns its folder and contents. */
export async function makeEvidence(
  options: RunOptions,
  context: Context,
): Promise<{ pack: string; evidence: Evidence }> {
  const { releasers, signal } = context;
  // Runs while other things are prepared. Its error is reported where it is awaited.
  const git = gitState(options.contract, options.out, context);
  git.catch(() => undefined);
  const project = await readProject(options.contract);
  const key = await signingKey(options.key, context);
  const identityToken = options.keyless === true ? identityTokens(context) : undefined;
  await prepareOut(options.out);
  const migrator = migratorOf(project, context);
  const asJson = options.format === 'json';
  const hide = hiding(project.secrets);
  const stderr = (text: string) => context.stderr(hide(text));
  // With --format json stdout has one line. The output of the reporters goes to stderr.
  const output = asJson
    ? { ...context, stderr, stdout: stderr, colours: { ...context.colours, stdout: context.colours.stderr } }
    : { ...context, stderr };
  const reporter = combined(
    options.reporter.map((name) => reporters[name]({ ...output, github: githubJob(context.env) })),
  );

  const {
    topology,
    passedOver,
    options: topologyOptions,
  } = await chooseTopology(options, project, 'baseline', context);
  const result = await runPipeline({
    project,
    ...topologyOptions,
    topology,
    passedOver,
    migrator,
    proof: options.proof,
    reporter,
    toolVersion: context.toolVersion,
    git: await git,
  });
  // Rendered while the servers end.
  const released = releasers.release();
  const { evidence } = result;
  const files = packFiles(evidence, result);
  await released;
  signal.throwIfAborted();

  const keyless =
    identityToken === undefined
      ? undefined
      : async (manifest: string) => keylessBundle(evidence, manifest, await identityToken(), sigstoreOf(context.env));
  const pack = await writePack(options.out, evidence, files, key, keyless);
  reporter.onFinished?.(evidence, pack);
  return { pack, evidence };
}

function reporterList(text: string): ReporterName[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !reporterNames.includes(name as ReporterName))) {
    throw new InvalidArgumentError(`There are ${reporterNames.join(', ')}.`);
  }
  return names as ReporterName[];
}

/** The GitHub job that this may run in: where its summary goes, and its repository. */
function githubJob(env: Context['env']): GithubJob {
  return { summaryFile: env['GITHUB_STEP_SUMMARY'] || undefined, workspace: env['GITHUB_WORKSPACE'] || process.cwd() };
}
