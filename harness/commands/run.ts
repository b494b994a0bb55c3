import { prepareOut, writePack } from '../pack/write-pack.ts';
import { packFiles } from '../pipeline/pack-files.ts';
import { readProject } from '../pipeline/project.ts';
import { runPipeline } from '../pipeline/run-pipeline.ts';
import { combined, reporters, type ReporterName } from '../reporters/registry.ts';
import { topologies, type TopologyName } from '../topology/registry.ts';
import type { Context } from './context.ts';
import { gitState } from './git.ts';
import { migratorOf } from './migrator.ts';

export interface RunOptions {
  contract: string;
  topology: TopologyName;
  pg?: number;
  out: string;
  reporter: ReporterName[];
  format: 'text' | 'json';
}

/** The main job. Writes a pack and returns the exit code of its verdict. */
export async function run(options: RunOptions, context: Context): Promise<number> {
  const { releasers, signal, answer } = context;
  const project = await readProject(options.contract);
  await prepareOut(options.out);
  const topology = await topologies[options.topology]();
  const migrator = await migratorOf(project, context);
  const asJson = options.format === 'json';
  // With --format json the answer is one line; what the reporters would have answered goes the way of progress.
  const output = asJson ? { ...context, answer: context.progress, colours: { ...context.colours, answer: context.colours.progress } } : context;
  const reporter = combined(options.reporter.map((name) => reporters[name](output)));

  const result = await runPipeline({
    project,
    topology,
    migrator,
    reporter,
    major: options.pg ?? project.contract.postgres,
    cacheDir: context.cacheDir,
    tempDirs: context.tempDirs,
    toolVersion: context.toolVersion,
    git: await gitState(options.contract, options.out, context),
    releasers,
    signal,
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
