import path from 'node:path';

import { today } from '../common/clock.ts';
import { exitCode, RolecallError } from '../common/errors.ts';
import { counted } from '../common/text.ts';
import { gravest } from '../draft/acceptances.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Context } from './context.ts';
import { buildAndDraft } from './init-build.ts';
import { chooseFolder, DraftFiles } from './init-files.ts';
import { judgeDraft } from './init-judge.ts';
import { formatOption, majorOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .option('--migrations <dir>', 'folder of the migrations (default: the first usual place that is there)')
    .option('--provision <file>', 'SQL that runs before the migrations: roles that they take for granted')
    .option('--contract <file>', 'the contract to write', 'db/contract.yaml')
    .option('--name <name>', 'name of the contract (default: that of the working directory)')
    .addOption(majorOption())
    .addOption(formatOption('files written, what is gravest, what is unsure, verdict'));

type InitOptions = FlagsOf<typeof flags>;

/** `rolecall init`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => init(options, context)));

/** Days for which what is wrong today is accepted. */
const acceptedDays = 90;

/**
 * Drafts a contract, seeds, suites with controls and a workflow from the migrations, built on the embedded server, and sees
 * that the draft passes there. Writes nothing over what is there, and takes back what it wrote where it fails.
 */
export async function init(options: InitOptions, context: Context): Promise<number> {
  const { answer } = context;
  const migrations = await chooseFolder(options.migrations);
  const files = new DraftFiles(options.contract);
  await files.refuseOverwriting();
  const released = { done: false };
  await context.releasers.add('the files of a draft that was not finished', {
    release: () => (released.done ? Promise.resolve() : files.takeBack()),
  });
  const name = options.name ?? nameOf(process.cwd());
  const built = await buildAndDraft(
    { files, migrations, name, major: options.pg, provision: options.provision },
    context,
  );
  const day = today();
  const until = new Date(Date.parse(day) + acceptedDays * 86_400_000).toISOString().slice(0, 10);
  const { evidence, first } = await judgeDraft({ files, built, today: day, until }, context);
  released.done = true;
  const told = { files, evidence, first, unsure: built.draft.unsure, unfilled: built.seeds.unfilled, until };
  answer(options.format === 'json' ? `${JSON.stringify(answerOf(told))}\n` : summary(told));
  return evidence.verdict.status === 'pass' ? exitCode.holds : exitCode.inconclusive;
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

interface Told {
  files: DraftFiles;
  evidence: Evidence;
  /** What was found before anything was accepted. */
  first: Evidence;
  unsure: readonly string[];
  unfilled: readonly { table: string; reason: string }[];
  until: string;
}

function answerOf({ files, evidence, first, unsure, unfilled }: Told): object {
  return { files: files.written, gravest: gravest(first.findings), unsure, unfilled, verdict: evidence.verdict };
}

function summary({ files, evidence, first, unsure, unfilled, until }: Told): string {
  const { findings, fail_closed: cells, verdict } = evidence;
  const accepted = findings.filter((finding) => finding.accepted !== undefined).length;
  const worst = gravest(first.findings);
  const lines = [
    ...files.written.map((file) => `wrote  ${file}`),
    '',
    ...(worst.length === 0
      ? ['Nothing that is wrong was found.']
      : ['Look at these first:', ...worst.map((line, at) => `${at + 1}. ${line}`)]),
    ...(unsure.length === 0 ? [] : ['', 'The draft is unsure of this:', ...unsure.map((line) => `- ${line}`)]),
    ...(unfilled.length === 0
      ? []
      : [
          '',
          `No row was found for these tables; write one in ${files.seeds}:`,
          ...unfilled.map(({ table, reason }) => `- ${table}: ${reason}`),
        ]),
    '',
    `${counted(cells.length, 'cell')} tried as a login; ${counted(accepted, 'finding')} accepted until ${until}.`,
    verdict.status === 'pass'
      ? 'The draft passes as it stands: npx rolecall run makes the evidence.'
      : `The draft does not pass yet: ${verdict.reasons.slice(0, 3).join('; ')}`,
  ];
  return `${lines.join('\n')}\n`;
}
