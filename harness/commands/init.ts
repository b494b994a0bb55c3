import path from 'node:path';

import { rolesHaving } from '../catalog/roles-having.ts';
import { today } from '../common/clock.ts';
import { exitCode, messageOf, RolecallError } from '../common/errors.ts';
import { counted } from '../common/text.ts';
import { driftOf } from '../findings/drift.ts';
import { readProject } from '../pipeline/project.ts';
import type { Context } from './context.ts';
import { buildAndDraft, type Built } from './init-build.ts';
import { DraftFiles } from './init-files.ts';
import { findMigrations } from './init-migrations.ts';
import { checkDraft, readAndDraft } from './init-live.ts';
import { updateContract } from './init-update.ts';
import { initFlags, isOfLive, requireMatching, type InitOptions } from './init-flags.ts';
import { judgeDraft, runDraft } from './init-judge.ts';
import { answerOf, summary } from './init-summary.ts';
import { draftWorkflow } from './init-workflow.ts';
import { liveState, liveTarget } from './live.ts';
import type { Command, Invoke } from './options.ts';

/** `rolecall init`. */
export const define = (command: Command, invoke: Invoke) =>
  initFlags(command).action((options) => invoke((context) => init(options, context)));

/** How many days today's findings are accepted for. */
const acceptedDays = 90;

/**
 * Drafts a contract, suites with controls and a workflow: from migrations that the embedded server builds, with seeds, or from a
 * live database. It checks that the draft passes there. It overwrites nothing, and if it fails, it removes what it wrote.
 */
export async function init(options: InitOptions, context: Context): Promise<number> {
  requireMatching(options);
  if (options.update === true) {
    return updateContract(options, context);
  }
  const { stdout } = context;
  const { url, contract } = options;
  if (url !== undefined) {
    // A wrong URL is reported before anything is built.
    liveTarget(url, context);
  }
  const live = isOfLive(options) ? { ...options, url: url! } : undefined;
  const files = new DraftFiles(contract);
  await files.refuseOverwriting();
  const released = { done: false };
  await context.releasers.add('the files of a draft that was not finished', {
    release: () => (released.done ? Promise.resolve() : files.takeBack()),
  });
  const name = options.name ?? nameOf(process.cwd());
  const built = live
    ? await readAndDraft(live.url, name, context)
    : await buildAndDraft(
        {
          files,
          migrations: await findMigrations(options, files.folder),
          name,
          major: options.pg,
          provision: options.provision,
        },
        context,
      );
  await files.folders();
  const day = today();
  const until = new Date(Date.parse(day) + acceptedDays * 86_400_000).toISOString().slice(0, 10);
  const run = () => (live ? checkDraft(live, context) : runDraft(files, context));
  const { last, first } = await judgeDraft({ files, built, today: day, until, run, progress: context.stderr });
  if (live === undefined) {
    // Without migrations there is nothing that a workflow could build.
    const { command } = built.heading['migrations'] as { command?: readonly string[] };
    await draftWorkflow(files, context.toolVersion, command);
  }
  released.done = true;
  const differs = url === undefined || live ? [] : await differences(url, contract, built, context);
  const unsure = [...built.draft.unsure, ...differs];
  const told = {
    files,
    last,
    first,
    unsure,
    unfilled: built.seeds.unfilled,
    until,
    past: rolesHaving(built.facts, 'bypassrls'),
    isLive: live !== undefined,
  };
  stdout(options.format === 'json' ? `${JSON.stringify(answerOf(told))}\n` : summary(told));
  return last.verdict.status === 'pass' ? exitCode.holds : exitCode.inconclusive;
}

/** The differences between a live database and what the migrations build, in words. */
async function differences(
  url: string,
  contractFile: string,
  { facts, whole }: Built,
  context: Context,
): Promise<string[]> {
  const { contract } = await readProject(contractFile);
  const live = await liveState(url, context, contract).catch((error: unknown) => messageOf(error).split('\n')[0]!);
  if (typeof live === 'string') {
    return [`The live database was not compared with the migrations: ${live}`];
  }
  const { added, removed } = driftOf(contract, facts, live.facts, whole.identities);
  const count = added.length + removed.length;
  return count === 0
    ? []
    : [
        `The live database differs from what the migrations build in ${counted(count, 'fact')}: rolecall drift --url URL lists them.`,
      ];
}

function nameOf(folder: string): string {
  const name = path
    .basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (name === '') {
    throw new RolecallError('bad-argument', {
      message: 'the working directory has no name that a contract could have',
      next: 'Give one: --name NAME.',
    });
  }
  return name.slice(0, 100);
}
