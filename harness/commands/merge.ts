import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import { today } from '../common/clock.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { whyNot } from '../common/plain-file.ts';
import { by } from '../common/order.ts';
import { worstControls } from '../mutation/controls.ts';
import { mutationReport, type MutationReport } from '../mutation/mutation-report.ts';
import { requireWhole } from '../mutation/shard.ts';
import { plainId } from '../pack/manifest.ts';
import { readValid } from '../pack/validate.ts';
import { readProject } from '../pipeline/project.ts';
import type { Context } from './context.ts';
import { answerMutation } from './mutate.ts';
import { makeOutFolder } from './out-folder.ts';
import { contractOption, formatOption, outOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .addOption(contractOption())
    .addOption(outOption('folder for the report, under mutation/ there'))
    .addOption(formatOption('one line on stdout with the report’s path, the score and the verdict'));

/** `rolecall merge`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<parts...>', 'mutation.<i>-of-<n>.json, or the folder they are in')
    .action((parts, options) => invoke((context) => merge(parts, options, context)));

interface ReadPart {
  name: string;
  report: MutationReport;
}

/** Makes one report of the parts that `mutate --shard` wrote, and judges the whole. Refuses parts that do not belong together. */
export async function merge(
  places: readonly string[],
  options: FlagsOf<typeof flags>,
  context: Context,
): Promise<number> {
  const project = await readProject(options.contract);
  const files = (await Promise.all(places.map(partsIn))).flat();
  await makeOutFolder(path.join(options.out, 'mutation'));
  const parts = await Promise.all(files.map(readPart));
  requireWhole(
    parts.map(({ name, report: { run, mutants } }) => ({
      name,
      shard: run.shard,
      whole: [run.id, run.inputs_sha256, run.server_version, run.fingerprint, run.tool_version].join(' '),
      ids: mutants.map(({ id }) => id),
    })),
  );
  const [first] = parts.toSorted(by(({ report }) => String(report.run.shard!.index).padStart(6, '0')));
  const { run, suites, green } = first!.report;
  if (run.inputs_sha256 !== project.inputsSha256) {
    throw new RolecallError('bad-argument', {
      message: `the parts were made from other inputs than ${options.contract} and its files are now`,
      next: 'Check out the revision the parts were made from.',
    });
  }
  const all = parts.map(({ report }) => report);
  const merged = mutationReport(
    project.contract,
    {
      run: {
        ...run,
        shard: null,
        started_at: all.map((one) => one.run.started_at).toSorted()[0]!,
        duration_ms: Math.max(...all.map((one) => one.run.duration_ms)),
        jobs: all.reduce((sum, one) => sum + one.run.jobs, 0),
      },
      suites,
      green: all.find((one) => one.green.status !== 'pass')?.green ?? green,
      controls: worstControls(all.map(({ controls }) => controls)),
      mutants: all.flatMap(({ mutants }) => mutants).toSorted(by(({ id }) => id)),
    },
    today(),
  );
  return answerMutation(merged, options, context);
}

/** The given file, or the parts in a folder by their names. */
async function partsIn(place: string): Promise<string[]> {
  try {
    if (!(await stat(place)).isDirectory()) {
      return [place];
    }
    const names = await readdir(place);
    return names
      .filter((name) => /^mutation\.\d+-of-\d+\.json$/.test(name))
      .map((name) => path.join(place, name))
      .toSorted();
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `cannot read ${place}: it ${whyNot(error)}`,
      cause: error,
      next: 'Give the files that mutate --shard wrote, or their folder.',
    });
  }
}

const written = { schema: new URL('../mutation/mutation.schema.json', import.meta.url), version: 2 };

async function readPart(name: string): Promise<ReadPart> {
  try {
    const report = (await readValid(name, written)) as MutationReport;
    if (!plainId.test(report.run.id)) {
      throw new Error('has a run.id that is not a plain name');
    }
    return { name, report };
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `not a part of a mutation run: ${name} ${messageOf(error)}`,
      cause: error,
      next: 'Give the files that mutate --shard wrote.',
    });
  }
}
