import { prepareOut, writePack } from '../pack/write-pack.ts';
import { packFiles } from '../render/pack-files.ts';
import { readProject } from '../pipeline/project.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import type { GithubJob } from '../render/github.ts';
import { combined, reporters, type ReporterName } from '../render/registry.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { migratorOf } from './migrator.ts';
import { chooseTopology, type TopologyFlags } from './topology.ts';

export interface RunOptions extends TopologyFlags {
  contract: string;
  out: string;
  reporter: ReporterName[];
  format: 'text' | 'json';
}

/** The main job. Writes a pack and returns the exit code of its verdict. */
export async function run(options: RunOptions, context: Context): Promise<number> {
  const { releasers, signal, answer } = context;
  const project = await readProject(options.contract);
  await prepareOut(options.out);
  const migrator = await migratorOf(project, context);
  const asJson = options.format === 'json';
  // With --format json the answer is one line; what the reporters would have answered goes the way of progress.
  const output = asJson
    ? { ...context, answer: context.progress, colours: { ...context.colours, answer: context.colours.progress } }
    : context;
  const reporter = combined(
    options.reporter.map((name) => reporters[name]({ ...output, github: githubJob(context.env) })),
  );

  const {
    topology,
    passedOver,
    options: topologyOptions,
  } = await chooseTopology(options, project.contract, 'baseline', context);
  const result = await runPipeline({
    project,
    ...topologyOptions,
    topology,
    passedOver,
    migrator,
    reporter,
    toolVersion: context.toolVersion,
    git: await gitState(options.contract, options.out, context),
  });
  await releasers.release();
  signal.throwIfAborted();

  const { evidence } = result;
  const pack = await writePack(options.out, evidence, packFiles(evidence, result));
  reporter.onFinished?.(evidence, pack);
  if (asJson) {
    answer(`${JSON.stringify({ pack, verdict: evidence.verdict })}\n`);
  }
  return evidence.verdict.exit_code;
}

/** Where the job on GitHub that this may be wants its summary, and has its repository. */
function githubJob(env: Context['env']): GithubJob {
  return { summaryFile: env['GITHUB_STEP_SUMMARY'] || undefined, workspace: env['GITHUB_WORKSPACE'] || process.cwd() };
}
