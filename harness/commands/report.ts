import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { exitCode } from '../common/errors.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { renderings } from '../render/pack-files.ts';
import type { Context } from './context.ts';
import { folderName, formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .requiredOption('--out <dir>', 'folder for the renderings: a pack is never changed', folderName)
    .addOption(formatOption('the files that were written'));

/** `rolecall report`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<pack>', 'a folder under reports/runs')
    .action((pack, options) => invoke((context) => report(pack, options, context)));

/** Renders a stored pack again, into a folder of its own: a pack is never changed. */
export async function report(
  pack: string,
  { out, format }: FlagsOf<typeof flags>,
  { answer }: Context,
): Promise<number> {
  const evidence = await readEvidence(pack);
  await mkdir(out, { recursive: true });
  const files = renderings(evidence).filter(([file]) => file !== 'evidence.json');
  for (const [name, content] of files) {
    await writeFile(path.join(out, name), content);
  }
  const written = files.map(([name]) => path.join(out, name));
  answer(format === 'json' ? `${JSON.stringify({ files: written })}\n` : written.map((file) => `${file}\n`).join(''));
  return exitCode.holds;
}
