import { sha256 } from '../common/digest.ts';
import { messageOf, RolecallError } from '../common/errors.ts';
import { notThere, plainFileFault, readPlainFile } from '../common/plain-file.ts';
import type { Evidence } from './evidence.ts';

/** One row of the ledger. */
export interface LedgerRow {
  date: string;
  contract: string;
  revisions: string;
  topology: string;
  verdict: string;
  commit: string;
  /** Id of the pack. */
  pack: string;
  /** First 16 hex digits of the manifest's sha256. */
  manifest: string;
  /** First 16 hex digits of sha256(chain of the row below + this row's other cells): no row can go or change unseen. */
  chain: string;
}

const columns = ['Date', 'Contract', 'Baseline → head', 'Topology', 'Verdict', 'Commit', 'Pack', 'Manifest', 'Chain'];
const digits = 16;

const preamble = `# Forensic index

Written by \`rolecall run\`; \`rolecall verify\` recomputes it. Newest first. A run on the same inputs takes the place of its
row. Manifest and chain are the first ${digits} digits of a sha256: the chain covers every row below.
`;

/** The row of a run; its chain is made when it is entered. */
export function ledgerRow({ run, phases, verdict }: Evidence, manifestDigest: string): LedgerRow {
  return {
    date: run.started_at.slice(0, 10),
    contract: run.contract,
    revisions: inCell(`${phases.baseline.revision} → ${phases.head.revision}`),
    topology: `${run.topology}, PostgreSQL ${run.server_version.split(' ')[0]!}`,
    verdict: verdict.status,
    commit: run.git_commit === null ? '-' : `${run.git_commit.slice(0, 12)}${run.git_dirty ? '+' : ''}`,
    pack: run.id,
    manifest: manifestDigest.slice(0, digits),
    chain: '',
  };
}

/** The ledger with `row` on top; a row of the same pack goes, and the chain is made anew. */
export function enter(rows: readonly LedgerRow[], row: LedgerRow): LedgerRow[] {
  return chained([row, ...rows.filter(({ pack }) => pack !== row.pack)]);
}

/** The rows with their chain computed from the bottom. */
export function chained(rows: readonly LedgerRow[]): LedgerRow[] {
  let below = '';
  return rows
    .toReversed()
    .map((row) => {
      below = sha256([below, ...cellsOf(row).slice(0, -1)].join('|')).slice(0, digits);
      return { ...row, chain: below };
    })
    .toReversed();
}

export function renderLedger(rows: readonly LedgerRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const body = rows.map((row) => line(cellsOf(row)));
  return `${[preamble, line(columns), line(columns.map(() => '---')), ...body].join('\n')}\n`;
}

function cellsOf({ date, contract, revisions, topology, verdict, commit, pack, manifest, chain }: LedgerRow): string[] {
  return [date, contract, revisions, topology, verdict, commit, `[${pack}](runs/${pack}/report.md)`, manifest, chain];
}

/** Text that fits into one cell of one line. */
function inCell(text: string): string {
  return text.replaceAll(/[|\s]+/g, ' ').trim();
}

/** Reads the rows back; refuses with `bad-pack` a line that is no row. */
export function parseLedger(text: string): LedgerRow[] {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('|'))
    .slice(2);
  return lines.map((line) => {
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    const pack = /^\[([^\]]+)\]/.exec(cells[6] ?? '')?.[1];
    if (cells.length !== columns.length || pack === undefined) {
      throw new RolecallError('bad-pack', {
        message: `the index has a line that is no row: ${line}`,
        next: 'Restore reports/INDEX.md from version control.',
      });
    }
    const [date, contract, revisions, topology, verdict, commit, , manifest, chain] = cells as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return { date, contract, revisions, topology, verdict, commit, pack, manifest, chain };
  });
}

const largest = 100_000_000;

/** The rows of an index file, none where there is no file; refuses with `bad-pack` one that cannot be read. */
export async function readIndex(file: string): Promise<LedgerRow[]> {
  const fault = await plainFileFault(file, { limit: largest });
  if (fault === notThere) {
    return [];
  }
  try {
    return parseLedger(String(await readPlainFile(file, { limit: largest })));
  } catch (error) {
    if (error instanceof RolecallError) {
      throw error;
    }
    throw new RolecallError('bad-pack', {
      message: `the index ${file} ${messageOf(error)}`,
      cause: error,
      next: 'Restore it, or make it readable; without it no pack is written, for its rows would be lost.',
    });
  }
}

/** The lowest row whose chain is not what the rows below it make it; undefined where the chain holds. */
export function brokenRow(rows: readonly LedgerRow[]): LedgerRow | undefined {
  const right = chained(rows);
  return rows.findLast((row, index) => row.chain !== right[index]!.chain);
}

/** What is wrong with the ledger, and with the row of a pack whose manifest has this digest; one line each. */
export function verifyLedger(rows: readonly LedgerRow[], pack: string, manifestDigest: string): string[] {
  const broken = brokenRow(rows);
  const row = rows.find((one) => one.pack === pack);
  return [
    ...(broken === undefined ? [] : [`the chain of the index breaks at ${broken.pack}`]),
    ...(row === undefined
      ? [`the index has no row of ${pack}`]
      : row.manifest === manifestDigest.slice(0, digits)
        ? []
        : [`the index knows another manifest of ${pack}`]),
  ];
}
