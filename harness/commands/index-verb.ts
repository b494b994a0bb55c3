import path from 'node:path';

import { exitCode, RolecallError } from '../common/errors.ts';
import { slashed } from '../common/slashes.ts';
import type { Index } from '../pack/ledger/index-files.ts';
import { commitWord, removalWords, renderRows } from '../pack/ledger/markdown.ts';
import { rowsOf, type IndexRow } from '../pack/ledger/rows.ts';
import { readVerifyingKey } from '../pack/signing-key.ts';
import { readSettledIndex } from '../pack/write-index.ts';
import type { Context } from './context.ts';
import { checkIndex } from './index-check.ts';
import { readMarked, replaceFile } from './marked-file.ts';
import { contractOption, formatOption, outOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const flags = (command: Command) =>
  command
    .option('--check', 'hold the index against its packs, the repository and what is checked out')
    .option(
      '--ledger <file>',
      'write the rows between the marks of this Markdown file; with --check: see that they are there',
    )
    .option('--key <file>', 'public ed25519 key (PEM) of who must have signed the index and its signed packs')
    .addOption(contractOption())
    .addOption(outOption('folder of the packs and the index'))
    .addOption(formatOption('the rows, and with --check what speaks against them'));

/** `rolecall index`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command).action((options) => invoke((context) => showIndex(options, context)));

/** Shows the packs of an index, writes them into a ledger, or checks all of them. */
export async function showIndex(options: FlagsOf<typeof flags>, context: Context): Promise<number> {
  const { check, ledger, out, format } = options;
  const key =
    options.key === undefined ? undefined : await readVerifyingKey(options.key, `--key ${options.key}`, context.stderr);
  const index = await readSettledIndex(out);
  const rows = rowsOf(index.lines);
  if (check !== true) {
    if (ledger !== undefined) {
      const { before, after } = await ledgerOf(ledger, index, out);
      if (!before.equals(after)) {
        await replaceFile(ledger, after);
      }
    }
    context.stdout(format === 'json' ? `${JSON.stringify({ lines: index.lines.length, rows })}\n` : tableOf(rows));
    return exitCode.holds;
  }
  const found = await checkIndex(index, { out, contract: options.contract, key }, context);
  if (ledger !== undefined) {
    const { before, after } = await ledgerOf(ledger, index, out);
    found.faults.push(
      ...(before.equals(after)
        ? []
        : [`${ledger} does not have the rows of the index: rolecall index --ledger ${ledger}`]),
    );
  }
  const { faults, remarks, unknown, isEmpty } = found;
  if (format === 'json') {
    context.stdout(
      `${JSON.stringify({ holds: faults.length === 0 && unknown.length === 0 && !isEmpty, ...found, rows })}\n`,
    );
  }
  if (faults.length === 0 && unknown.length > 0) {
    throw new RolecallError('bad-argument', {
      message: `the clone is shallow, and these commits cannot be looked for: ${unknown.join('; ')}`,
      next: 'Fetch the history: git fetch --unshallow, or fetch-depth: 0 of actions/checkout.',
    });
  }
  if (format === 'text') {
    const empty = isEmpty ? ['The index has no pack of this contract.'] : [];
    const holds =
      faults.length + empty.length === 0
        ? [`${rows.length} packs in ${index.lines.length} lines: the index holds.`]
        : [];
    const cannot = unknown.map((word) => `${word}, which a shallow clone does not show`);
    context.stdout(`${[...faults, ...cannot, ...remarks, ...empty, ...holds].join('\n')}\n`);
  }
  return faults.length > 0 ? exitCode.broken : isEmpty ? exitCode.inconclusive : exitCode.holds;
}

function ledgerOf(file: string, { lines }: Index, out: string) {
  const runs = slashed(path.relative(path.dirname(path.resolve(file)), path.resolve(out, 'runs')));
  return readMarked(file, renderRows(rowsOf(lines), runs));
}

/** The rows as a table. */
function tableOf(rows: readonly IndexRow[]): string {
  const cells = rows.map(({ entered, removed }) => [
    entered.at.slice(0, 10),
    entered.verdict,
    commitWord(entered),
    `${entered.baseline} → ${entered.head}`,
    `${entered.topology} ${entered.server}`,
    `${entered.pack}${removed === undefined ? '' : `: ${removalWords(removed)}`}`,
  ]);
  const widths = cells.reduce<number[]>((wide, row) => row.map((cell, n) => Math.max(cell.length, wide[n] ?? 0)), []);
  const line = (row: string[]) =>
    row
      .map((cell, n) => cell.padEnd(widths[n]!))
      .join('  ')
      .trimEnd();
  return rows.length === 0 ? 'The index has no pack.\n' : `${cells.map(line).join('\n')}\n`;
}
