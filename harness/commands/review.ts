import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { Option } from '@commander-js/extra-typings';

import { classified, type Gateway } from '../access-review/classify.ts';
import { decided, parseDecisions, withEntries, type Decision } from '../access-review/decisions.ts';
import { inputOfContract } from '../access-review/from-contract.ts';
import { inputOfPack } from '../access-review/from-pack.ts';
import type { ReviewInput } from '../access-review/review.ts';
import { reviewOf, type Review } from '../access-review/summary.ts';
import type { Fact } from '../catalog/fact.ts';
import { readFacts } from '../catalog/read-facts.ts';
import { today } from '../common/clock.ts';
import { exitCode, messageOf, RolecallError } from '../common/errors.ts';
import { notThere, plainFileFault, readPlainFile, whyNot } from '../common/plain-file.ts';
import { counted } from '../common/text.ts';
import { indexFaults } from '../pack/ledger/index-files.ts';
import { rowFaults, rowsOf } from '../pack/ledger/rows.ts';
import { readPackText } from '../pack/read-pack.ts';
import { readSettledIndex } from '../pack/write-index.ts';
import { liveTopology } from '../pipeline/live-evidence.ts';
import { readProject } from '../pipeline/project.ts';
import { csvOf } from '../render/review/csv.ts';
import { markdownOf } from '../render/review/markdown.ts';
import { rowsSheet, sheetsOf } from '../render/review/sheets.ts';
import { xlsxOf } from '../render/review/xlsx.ts';
import type { Context } from './context.ts';
import { liveState } from './live.ts';
import { lookAtPack } from './look-at-pack.ts';
import { contractOption, type Command, type FlagsOf, type Invoke } from './options.ts';

const formats = ['csv', 'xlsx', 'json', 'markdown'] as const;
type Format = (typeof formats)[number];
const endings: Record<string, Format> = { '.csv': 'csv', '.xlsx': 'xlsx', '.json': 'json', '.md': 'markdown' };

const flags = (command: Command) =>
  command
    .option('--url <url>', 'review this database instead of a pack: from its catalogs alone')
    .addOption(contractOption())
    .addOption(new Option('--format <format>', 'default: by the ending of --out, else markdown').choices(formats))
    .option('--decisions <file>', 'what was decided (default: access-review.yaml beside the contract)')
    .option('--write-decisions', 'enter each row in that file that it does not have; comments stay')
    .option('--out <file>', 'write it to this file (.xlsx, .csv, .json, .md)');

/** `rolecall review`. */
export const define = (command: Command, invoke: Invoke) =>
  flags(command)
    .argument('[pack]', 'a folder under reports/runs (default: the newest pack of reports/)')
    .action((pack, options) => invoke((context) => review(pack, options, context)));

/** Lists who holds what, by which path, and what requires it: from an unaltered pack, or from a live database. */
export async function review(
  pack: string | undefined,
  { url, contract, format, out, decisions: named, writeDecisions }: FlagsOf<typeof flags>,
  context: Context,
): Promise<number> {
  if (pack !== undefined && url !== undefined) {
    throw new RolecallError('bad-argument', { message: 'a pack and --url are both named', next: 'Name one of them.' });
  }
  const asked = format ?? (out === undefined ? 'markdown' : endings[path.extname(out).toLowerCase()]);
  if (asked === undefined || (asked === 'xlsx' && out === undefined)) {
    throw new RolecallError('bad-argument', {
      message: asked === undefined ? `${out!} does not say which format it is` : 'a workbook is not printed',
      next: 'Name a file that ends in .xlsx, .csv, .json or .md with --out.',
    });
  }
  const decisions = named ?? path.join(path.dirname(contract), 'access-review.yaml');
  const source = await decisionsText(decisions, named !== undefined && writeDecisions !== true);
  const state =
    url === undefined
      ? await ofPack(pack ?? (await newestPack('reports')), context)
      : await ofDatabase(url, contract, context);
  const made = withDecisions(state, parsedDecisions(decisions, source));
  const content = await rendered(made, asked);
  if (out === undefined) {
    context.stdout(String(content));
  } else {
    await written(out, content, '--out');
    context.stderr(`${made.rows.length} rows in ${out}\n`);
  }
  if (writeDecisions === true) {
    await written(decisions, withEntries(source, made.rows), '--decisions');
  }
  const due = made.rows.filter((row) => row.class === 'revoke due').length;
  if (due > 0) {
    context.stderr(`to be revoked, and still held: ${counted(due, 'row')}\n`);
  }
  return due > 0 ? exitCode.broken : exitCode.holds;
}

/** The input of a review, before any decision. */
interface Stated {
  facts: Fact[];
  input: ReviewInput;
  gateways: Gateway[];
}

function withDecisions({ facts, input, gateways }: Stated, decisions: readonly Decision[]): Review {
  const { rows, orphans } = classified(facts, input, gateways);
  const { rows: all, settled } = decided(rows, decisions, input.origin.date);
  return reviewOf(input.origin, { rows: all, orphans, settled }, input.truth);
}

async function decisionsText(file: string, mustBe: boolean): Promise<string | undefined> {
  const fault = await plainFileFault(file);
  if (fault === notThere && !mustBe) {
    return undefined;
  }
  return String(
    await readPlainFile(file).catch((error: unknown) => {
      throw new RolecallError('bad-argument', {
        message: `cannot read ${file}: it ${messageOf(error)}`,
        cause: error,
        next: 'Name another file with --decisions; --write-decisions makes one.',
      });
    }),
  );
}

function parsedDecisions(file: string, source: string | undefined): Decision[] {
  const { decisions, faults } = parseDecisions(source ?? '');
  if (faults.length > 0) {
    throw new RolecallError('bad-argument', {
      message: `${file} is not as it must be:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
      next: 'See docs/access-review.md for what an entry says.',
    });
  }
  return decisions;
}

async function written(file: string, content: string | Buffer, flag: string): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw new RolecallError('bad-argument', {
      message: `cannot write ${file}: it ${whyNot(error)}`,
      cause: error,
      next: `Name another file with ${flag}.`,
    });
  });
}

async function rendered(made: Review, format: Format): Promise<string | Buffer> {
  switch (format) {
    case 'csv':
      return csvOf(rowsSheet(made));
    case 'xlsx':
      return xlsxOf(sheetsOf(made));
    case 'json':
      return `${JSON.stringify(made, null, 2)}\n`;
    case 'markdown':
      return markdownOf(made);
  }
}

async function ofPack(pack: string, context: Context): Promise<Stated> {
  const { id, digest, read, changed, unfounded } = await lookAtPack(pack, undefined, context);
  const index = await readSettledIndex(path.dirname(path.dirname(path.resolve(pack))));
  const faults = [...changed, ...indexFaults(index, undefined), ...rowFaults(index.lines, id, digest), ...unfounded];
  if (read instanceof Error || faults.length > 0) {
    throw new RolecallError('bad-pack', {
      message: `${pack} is not as it was written: ${faults.join('; ')}`,
      next: 'Review a pack that `rolecall verify` calls intact.',
    });
  }
  if (read.run.kind === 'drift') {
    throw new RolecallError('bad-argument', {
      message: `${pack} is of a drift, which says nothing of who needs what`,
      next: 'Review a pack of `rolecall run` or `rolecall check`, or the database itself with --url.',
    });
  }
  const { input, gateways } = inputOfPack(read, digest);
  const facts = readFacts(await readPackText(pack, 'privileges.head.txt'));
  return { facts, input, gateways };
}

async function ofDatabase(url: string, file: string, context: Context): Promise<Stated> {
  // A live database needs no contract to answer. Without one, the review only lacks what the contract would add.
  const project = await readProject(file).catch((error: unknown) => {
    if (error instanceof RolecallError && error.code === 'bad-contract') {
      throw error;
    }
    return undefined;
  });
  const { facts, target, serverVersion } = await liveState(url, context, project?.contract);
  const { input, gateways } = inputOfContract(project?.contract, {
    pack: null,
    manifest: null,
    contract: project?.contract.name ?? null,
    contractSha256: null,
    commit: null,
    server: `PostgreSQL ${serverVersion}`,
    database: target.database,
    date: today(),
    verdict: null,
  });
  return { facts, input, gateways };
}

async function newestPack(out: string): Promise<string> {
  const { lines } = await readSettledIndex(out);
  const newest = rowsOf(lines)
    .filter(({ entered, removed }) => removed === undefined && entered.topology !== liveTopology.drift)
    .toSorted((a, b) => b.entered.seq - a.entered.seq)[0];
  if (newest === undefined) {
    throw new RolecallError('bad-argument', {
      message: `${out}/ has no pack`,
      next: 'Make one with `rolecall run`, name a pack, or a database with --url.',
    });
  }
  return path.join(out, 'runs', newest.entered.pack);
}
