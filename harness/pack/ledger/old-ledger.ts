import { sha256 } from '../../common/digest.ts';
import { RolecallError } from '../../common/errors.ts';
import type { LineContent } from './line.ts';

/** A row of an INDEX.md that was the ledger itself, before index.jsonl existed. */
export interface OldRow {
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
  /** First 16 hex digits of sha256(chain of the row below + this row's other cells). */
  chain: string;
}

const columnCount = 9;
const digits = 16;

/** Reads the rows, newest first. Refuses with `bad-pack` a line that is not a row, and a broken chain. */
export function parseOldLedger(text: string, file: string): OldRow[] {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map(rowOf);
  let below = '';
  for (const row of rows.toReversed()) {
    below = chainOf(row, below);
    if (row.chain !== below) {
      throw new RolecallError('bad-pack', {
        message: `the chain of ${file} breaks at ${row.pack}: a row at or below it was changed or taken out`,
        next: 'Restore it from version control; a new row on top would hide that.',
      });
    }
  }
  return rows;
}

/** The chain value of a row above one with the chain value `below`. */
export function chainOf(row: Omit<OldRow, 'chain'>, below: string): string {
  const { date, contract, revisions, topology, verdict, commit, pack, manifest } = row;
  const link = `[${pack}](runs/${pack}/report.md)`;
  return sha256([below, date, contract, revisions, topology, verdict, commit, link, manifest].join('|')).slice(
    0,
    digits,
  );
}

type Cells = [string, string, string, string, string, string, string, string, string];

function rowOf(line: string): OldRow {
  const cells = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  const pack = /^\[([^\]]+)\]/.exec(cells[6] ?? '')?.[1];
  if (cells.length !== columnCount || pack === undefined) {
    throw new RolecallError('bad-pack', {
      message: `the index has a line that is no row: ${line}`,
      next: 'Restore reports/INDEX.md from version control.',
    });
  }
  const [date, contract, revisions, topology, verdict, commit, , manifest, chain] = cells as Cells;
  return { date, contract, revisions, topology, verdict, commit, pack, manifest, chain };
}

/** The lines that take over such rows, oldest first. */
export function takenOver(rows: readonly OldRow[]): LineContent[] {
  return rows.toReversed().map(({ date, contract, revisions, topology, verdict, commit, pack, manifest }) => {
    const [baseline = '', head = ''] = revisions.split(' → ');
    const [place = '', server = ''] = topology.split(', PostgreSQL ');
    return {
      at: date,
      kind: 'taken-over',
      pack,
      contract,
      baseline,
      head,
      topology: place,
      server,
      verdict,
      git_commit: commit === '-' ? null : commit.replace(/\+$/, ''),
      git_dirty: commit.endsWith('+'),
      inputs_sha256: null,
      manifest_sha256: manifest,
    };
  });
}
