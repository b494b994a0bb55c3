import { lineDigest, type IndexLine } from './line.ts';
import { rowsOf, type IndexRow } from './rows.ts';

const columns = ['Date', 'Contract', 'Baseline → head', 'Topology', 'Verdict', 'Commit', 'Pack', 'Manifest', 'Line'];
const digits = 16;

/** INDEX.md: the packs of the index, newest first, and the end of its chain. */
export function renderIndex(lines: readonly IndexLine[]): string {
  const last = lines.at(-1);
  const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  const ends = last === undefined ? '' : ` (${count}, the last with the sha256 ${lineDigest(last)})`;
  return `# Forensic index

Rendered by Rolecall from [index.jsonl](index.jsonl)${ends},
in which each line has the sha256 of the line before; \`rolecall verify\` and \`rolecall index --check\` recompute it. Newest
first, each pack once. Manifest: the first ${digits} digits of its sha256.

${renderRows(rowsOf(lines), 'runs')}`;
}

/** The table of the packs, in Markdown. `runs` is the path to their folders. */
export function renderRows(rows: readonly IndexRow[], runs: string): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [columns, columns.map(() => '---'), ...rows.map((row) => cellsOf(row, runs))].map(line).join('');
}

function cellsOf({ entered, removed }: IndexRow, runs: string): string[] {
  const { at, contract, baseline, head, topology, server, verdict, pack, manifest_sha256, seq } = entered;
  return [
    at.slice(0, 10),
    inCell(contract),
    inCell(`${baseline} → ${head}`),
    inCell(`${topology}, PostgreSQL ${server}`),
    inCell(verdict),
    inCell(commitWord(entered)),
    removed === undefined ? `[${pack}](${runs}/${pack}/report.md)` : `${pack}: ${removalWords(removed)}`,
    manifest_sha256.slice(0, digits),
    removed === undefined ? String(seq) : `${seq}, ${removed.seq}`,
  ];
}

/** The words for a removed pack. */
export function removalWords({ at }: NonNullable<IndexRow['removed']>): string {
  return `removed ${at.slice(0, 10)}, digest kept`;
}

/** The commit of a row, shortened; `+` if the work tree differed from it, `-` if there was none. */
export function commitWord({ git_commit, git_dirty }: IndexRow['entered']): string {
  return git_commit === null ? '-' : `${git_commit.slice(0, 12)}${git_dirty ? '+' : ''}`;
}

/** Text that fits into one cell of one line. */
function inCell(text: string): string {
  return text.replaceAll(/[|\s]+/g, ' ').trim();
}

/** How many lines an INDEX.md was rendered from, and the digest of the last; undefined if it does not say. */
export function renderedFrom(markdown: string): { lines: number; last: string } | undefined {
  const found = /\]\(index\.jsonl\) \((\d{1,9}) lines?, the last with the sha256 ([0-9a-f]{64})\)/.exec(markdown);
  return found === null ? undefined : { lines: Number(found[1]), last: found[2]! };
}

/** What is wrong with the INDEX.md of an index with these lines, in one line; undefined if it is right. */
export function markdownFault(markdown: string | undefined, lines: readonly IndexLine[]): string | undefined {
  if (markdown === undefined) {
    return lines.length === 0 ? undefined : 'INDEX.md is not there, and is rendered from index.jsonl';
  }
  return markdown === renderIndex(lines)
    ? undefined
    : (droppedLines(markdown, lines) ?? 'INDEX.md is not what index.jsonl renders to');
}

/** Why an INDEX.md shows that the last lines of the index are missing, or were replaced. */
export function droppedLines(markdown: string, lines: readonly IndexLine[]): string | undefined {
  const from = renderedFrom(markdown);
  if (from === undefined) {
    return undefined;
  }
  const line = lines[from.lines - 1];
  return line === undefined
    ? `INDEX.md was rendered from ${from.lines} lines, and index.jsonl has ${lines.length}: the last ones were dropped`
    : lineDigest(line) === from.last
      ? undefined
      : `INDEX.md was rendered from another line ${from.lines} than index.jsonl has`;
}
