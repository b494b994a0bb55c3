import type { Evidence } from '../pack/evidence.ts';
import { renderMarkdown } from './render.ts';
import { counted, listed } from '../common/text.ts';

/** A heading of the report with the text under it, up to the next heading of any level. */
interface Block {
  level: number;
  title: string;
  lines: string[];
}

/** A chapter of the report: the text before its first entry, and its entries. */
type Chapter = [lead: Block, ...entries: Block[]];

/** Chapters with more lines than this are folded. */
const longest = 40;

/**
 * The report as the summary of a CI job: headings from `###` down, long chapters folded, at most `limit` bytes. What does not fit
 * is left out, and a last sentence names it. Empty if not even that sentence fits.
 */
export function jobSummary(evidence: Evidence, limit: number): string {
  const chapters = chaptersOf(renderMarkdown(evidence));
  const fewest = closing(
    evidence,
    chapters.map((chapter) => named(chapter, 0)),
  );
  let room = limit - bytes(fewest);
  if (room < 0) {
    return '';
  }
  const kept: string[] = [];
  const leftOut: string[] = [];
  for (const chapter of chapters) {
    const shown = entriesThatFit(chapter, room);
    if (shown >= 0) {
      const text = chapterText(chapter, shown);
      room -= bytes(text);
      kept.push(text);
    }
    if (shown < chapter.length - 1) {
      leftOut.push(named(chapter, Math.max(0, shown)));
    }
  }
  return kept.join('') + closing(evidence, leftOut);
}

function chaptersOf(markdown: string): Chapter[] {
  const chapters: Chapter[] = [];
  for (const block of blocksOf(markdown)) {
    const chapter = chapters.at(-1);
    if (block.level < 3 || chapter === undefined) {
      chapters.push([block]);
    } else {
      chapter.push(block);
    }
  }
  return chapters;
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const [, marks, title] = fence === '' ? (/^(#{1,3}) (.*)/.exec(line) ?? []) : [];
    if (marks !== undefined && title !== undefined) {
      blocks.push({ level: marks.length, title, lines: [] });
    } else {
      blocks.at(-1)?.lines.push(line);
    }
    const opened = /^`{3,}/.exec(line)?.[0] ?? '';
    fence = fence === '' ? opened : line === fence ? '' : fence;
  }
  return blocks;
}

/** How many entries fit beside the lead; -1 if the lead does not fit, or no entry would be left. */
function entriesThatFit(chapter: Chapter, room: number): number {
  const all = chapter.length - 1;
  if (bytes(chapterText(chapter, all)) <= room) {
    return all;
  }
  // Folded in any case: the fold is part of what must fit.
  let left = room - bytes(folded(chapter[0], ''));
  let shown = 0;
  for (const entry of chapter.slice(1)) {
    left -= bytes(entryText(entry));
    if (left < 0) {
      break;
    }
    shown += 1;
  }
  return shown === 0 ? -1 : shown;
}

function chapterText(chapter: Chapter, shown: number): string {
  const [lead] = chapter;
  const entries = chapter.slice(1, shown + 1);
  const lines = [lead, ...entries].reduce((sum, { lines }) => sum + lines.length, 0);
  const text = entries.map(entryText).join('');
  return lead.level > 1 && lines > longest
    ? folded(lead, text)
    : `##${'#'.repeat(lead.level)} ${lead.title}\n${lead.lines.join('\n')}\n${text}`;
}

function folded({ title, lines }: Block, entries: string): string {
  return `<details${title === 'Findings' ? ' open' : ''}><summary><b>${title}</b></summary>\n${lines.join('\n')}\n${entries}\n</details>\n\n`;
}

// Inside a fold and outside, an entry is the same text.
function entryText({ level, title, lines }: Block): string {
  return `##${'#'.repeat(level)} ${title}\n${lines.join('\n')}\n`;
}

function named(chapter: Chapter, shown: number): string {
  const entries = chapter.length - 1;
  const [{ level, title }] = chapter;
  return level === 1
    ? 'the verdict in words'
    : entries === 0
      ? title
      : `${entries - shown} of ${entries} under ${title}`;
}

function closing({ run }: Evidence, leftOut: readonly string[]): string {
  const cut =
    leftOut.length === 0
      ? ''
      : `Cut, since GitHub shows no more than 1 MiB of a job summary. ${counted(leftOut.length, 'part is', 'parts are')} not all here: ${listed(leftOut)}. `;
  return `${cut}The whole report is \`report.html\` in the pack \`${run.id}\`.\n`;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
