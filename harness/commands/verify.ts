import path from 'node:path';

import { exitCode } from '../common/errors.ts';
import { readIndex, verifyLedger } from '../pack/index-ledger.ts';
import { readManifest, verifyFiles } from '../pack/manifest.ts';
import type { Context } from './context.ts';
import { formatOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) => command.addOption(formatOption('what was changed'));

/** `rolecall verify`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('<pack>', 'a folder under reports/runs')
    .action((pack, options) => invoke((context) => verify(pack, options, context)));

/** Recomputes the digests of a pack, and the chain of the index it is entered in; 1 when something was changed. */
export async function verify(pack: string, { format }: FlagsOf<typeof flags>, { answer }: Context): Promise<number> {
  const { manifest, digest } = await readManifest(pack);
  const index = path.join(path.dirname(path.dirname(path.resolve(pack))), 'INDEX.md');
  const rows = await readIndex(index);
  const faults = [...(await verifyFiles(pack, manifest)), ...verifyLedger(rows, manifest.id, digest)];
  const intact = `${manifest.files.length} files are as the manifest says, and the index holds`;
  answer(
    format === 'json'
      ? `${JSON.stringify({ pack, intact: faults.length === 0, faults })}\n`
      : `${faults.length === 0 ? intact : faults.join('\n')}\n`,
  );
  return faults.length === 0 ? exitCode.holds : exitCode.broken;
}
