import path from 'node:path';

import { InvalidArgumentError } from '@commander-js/extra-typings';

import { now } from '../common/clock.ts';
import { exitCode, RolecallError } from '../common/errors.ts';
import type { LineContent } from '../pack/ledger/line.ts';
import { overdue } from '../pack/ledger/retention.ts';
import { rowsOf } from '../pack/ledger/rows.ts';
import { lookFor, removePack, type Overdue } from '../pack/remove-packs.ts';
import { appendLines, readSettledIndex, withIndexLocked } from '../pack/write-index.ts';
import type { Context } from './context.ts';
import { formatOption, outOption, wholeNumber, type Command, type FlagsOf, type Invoke } from './options.ts';
import { keyOption, signingKey } from './signing.ts';

const flags = (command: Command) =>
  command
    .option('--keep <n>', 'keep the newest n packs of each contract, topology and major version', atLeastOne)
    .option('--older-than <days>', 'remove only packs of runs that are older than this', wholeNumber)
    .option('--before <date>', 'remove only packs of runs before this day, as 2026-01-31', day)
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .addOption(outOption('folder of the packs and the index'))
    .addOption(keyOption('the end of the index'))
    .addOption(formatOption('what was removed, and what was left'));

/** `rolecall prune`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => prune(options, context)));

/** Removes old packs. First a line of the index records the removal and keeps the digest, then the folder is removed. */
export async function prune(options: FlagsOf<typeof flags>, context: Context): Promise<number> {
  const { keep, olderThan, before, dryRun, out, format } = options;
  if (keep === undefined && olderThan === undefined && before === undefined) {
    throw new RolecallError('bad-argument', {
      message: 'there is no rule by which packs would go',
      next: 'Give --keep, --older-than or --before; with more than one, a pack goes where all of them let it go.',
    });
  }
  const key = await signingKey(options.key, context);
  const at = now();
  const limits = [
    ...(before === undefined ? [] : [before]),
    ...(olderThan === undefined ? [] : [daysBefore(at, olderThan)]),
  ];
  const retention = { keep, before: limits.toSorted()[0] };
  const runs = path.join(out, 'runs');
  const rows = overdue(rowsOf((await readSettledIndex(out)).lines), retention);
  const found = await Promise.all(rows.map((row) => lookFor(runs, row)));
  // A pack that was removed before and is back is removed again, without another line.
  const going = found.filter((one) => one.found === 'there' || (one.found === 'gone' && one.removed === undefined));
  const left = found.filter((one) => typeof one.found === 'object');
  const answer = {
    removed: going.map(({ entered, found: how }) => ({
      pack: entered.pack,
      line: entered.seq,
      was_there: how === 'there',
    })),
    left: left.map(({ entered, found: how }) => ({ pack: entered.pack, why: (how as { other: string }).other })),
    dry_run: dryRun === true,
  };
  context.stdout(format === 'json' ? `${JSON.stringify(answer)}\n` : wordsOf(answer));
  if (dryRun !== true) {
    const rule = ruleOf(options);
    await appendLines(out, ({ lines }) => linesOf(going, rowsOf(lines), rule, at), key);
    await withIndexLocked(out, async ({ lines }) => {
      const rows = rowsOf(lines);
      // A run may have written another pack with that name in the meantime.
      const isStill = ({ entered }: Overdue) =>
        rows.some((row) => row.entered.seq === entered.seq && row.removed !== undefined);
      for (const { entered } of going.filter((one) => one.found === 'there' && isStill(one))) {
        await removePack(runs, entered.pack);
      }
    });
  }
  return left.length === 0 ? exitCode.holds : exitCode.broken;
}

/** The lines that record removed packs. A pack that was entered again in the meantime stays and gets none. */
function linesOf(going: readonly Overdue[], rows: ReturnType<typeof rowsOf>, rule: string, at: string): LineContent[] {
  return going
    .filter(({ entered, removed }) => removed === undefined && rows.some((row) => row.entered.seq === entered.seq))
    .map(({ entered: { pack, seq, manifest_sha256 }, found }) => ({
      at,
      kind: 'removed',
      pack,
      entered: seq,
      manifest_sha256,
      rule,
      was_there: found === 'there',
    }));
}

const ruleOf = ({ keep, olderThan, before }: FlagsOf<typeof flags>) =>
  [
    ...(keep === undefined ? [] : [`--keep ${keep}`]),
    ...(olderThan === undefined ? [] : [`--older-than ${olderThan}`]),
    ...(before === undefined ? [] : [`--before ${before}`]),
  ].join(' ');

interface Answer {
  removed: { pack: string; line: number; was_there: boolean }[];
  left: { pack: string; why: string }[];
  dry_run: boolean;
}

function wordsOf({ removed, left, dry_run: isDry }: Answer): string {
  const lines = [
    ...removed.map(
      ({ pack, was_there: wasThere }) =>
        `${isDry ? 'would remove' : 'remove'} ${pack}${wasThere ? '' : ' (its folder is gone)'}`,
    ),
    ...left.map(({ pack, why }) => `leave ${pack}: it is not the pack that the index knows: it ${why}`),
  ];
  return lines.length === 0 ? 'Nothing to remove.\n' : `${lines.join('\n')}\n`;
}

function daysBefore(at: string, days: number): string {
  const day = 24 * 60 * 60 * 1000;
  return new Date(Date.parse(at) - days * day).toISOString();
}

function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) {
    throw new InvalidArgumentError('It must be at least 1: the newest pack stays.');
  }
  return number;
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new InvalidArgumentError('It must be a day, as 2026-01-31.');
  }
  return text;
}
