import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { diskFull } from '../common/disk-full.ts';
import { exitCode, RolecallError } from '../common/errors.ts';
import { whyNot } from '../common/plain-file.ts';
import { readEvidence } from '../pack/read-pack.ts';
import { renderings } from '../render/pack-files.ts';
import type { Context } from './context.ts';
import { makeOutFolder } from './out-folder.ts';
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

/** Renders a stored pack again, into another folder: a pack is never changed. */
export async function report(
  pack: string,
  { out, format }: FlagsOf<typeof flags>,
  { stdout }: Context,
): Promise<number> {
  const evidence = await readEvidence(pack);
  await makeOutFolder(out);
  const files = renderings(evidence);
  for (const [name, content] of files) {
    const file = path.join(out, name);
    await writeFile(file, content).catch((error: unknown) => {
      throw (
        diskFull(error, `${file} could not be written`, 'Free some space there, or name another folder with --out.') ??
        new RolecallError('bad-argument', {
          message: `cannot write ${file}: it ${whyNot(error)}`,
          cause: error,
          next: 'Name another folder with --out.',
        })
      );
    });
  }
  const written = files.map(([name]) => path.join(out, name));
  stdout(format === 'json' ? `${JSON.stringify({ files: written })}\n` : written.map((file) => `${file}\n`).join(''));
  return exitCode.holds;
}
