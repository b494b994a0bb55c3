import type { KeyObject } from 'node:crypto';
import path from 'node:path';

import { messageOf, RolecallError } from '../../common/errors.ts';
import { notThere, plainFileFault, readPlainFile } from '../../common/plain-file.ts';
import { keyId, type Envelope } from '../dsse.ts';
import { readEnvelope } from '../envelope-file.ts';
import { append, indexText, parseIndex, type IndexLine, type LineContent } from './line.ts';
import { droppedLines, markdownFault, renderedFrom, renderIndex } from './markdown.ts';
import { parseOldLedger, takenOver } from './old-ledger.ts';
import { checkHead, headName, headText } from './signed-head.ts';

/** The files of an index, in the folder of the reports. The others follow from the first. */
export const indexNames = ['index.jsonl', headName, 'INDEX.md'] as const;

/** An index as it is on disk. */
export interface Index {
  lines: IndexLine[];
  /** Undefined if it is not signed; a text if the file is not an envelope. */
  head: Envelope | string | undefined;
  markdown: string | undefined;
  /** Whether its lines are the rows of an INDEX.md from before index.jsonl existed. */
  isOld: boolean;
}

const largest = 500_000_000;

/** Reads an index, which is empty without files. Refuses with `bad-pack` what cannot be read, and a broken chain. */
export async function readIndex(out: string): Promise<Index> {
  const [file, headFile, rendered] = indexNames.map((name) => path.join(out, name)) as [string, string, string];
  const [text, markdown, head] = [await textOf(file), await textOf(rendered), await readEnvelope(headFile)];
  if (text !== undefined) {
    return { lines: parseIndex(text, file), head, markdown, isOld: false };
  }
  if (markdown === undefined) {
    return { lines: [], head, markdown, isOld: false };
  }
  if (renderedFrom(markdown) !== undefined) {
    throw new RolecallError('bad-pack', {
      message: `${file} is not there, and ${rendered} was rendered from it`,
      next: 'Restore it from version control; without it no pack is written, for its lines would be lost.',
    });
  }
  return { lines: append([], takenOver(parseOldLedger(markdown, rendered))), head, markdown, isOld: true };
}

async function textOf(file: string): Promise<string | undefined> {
  if ((await plainFileFault(file, { limit: largest })) === notThere) {
    return undefined;
  }
  try {
    // git may check it out with other line ends on Windows.
    return String(await readPlainFile(file, { limit: largest })).replaceAll('\r\n', '\n');
  } catch (error) {
    throw new RolecallError('bad-pack', {
      message: `the index ${file} ${messageOf(error)}`,
      cause: error,
      next: 'Restore it, or make it readable; without it no pack is written, for its rows would be lost.',
    });
  }
}

/** What in an index does not follow from its lines, one line each: its rendering, and its signed end. */
export function indexFaults({ lines, head, markdown, isOld }: Index, key: KeyObject | undefined): string[] {
  const rendering = isOld ? undefined : markdownFault(markdown, lines);
  return [...checkHead(lines, head, key).faults, ...(rendering === undefined ? [] : [rendering])];
}

/**
 * An index to which lines can be added. Refuses with `bad-pack` one whose last lines are missing, because new lines would hide
 * that.
 */
export async function readSoundIndex(out: string, key?: KeyObject): Promise<Index> {
  const index = await readIndex(out);
  const { lines, head, markdown, isOld } = index;
  // What this key signed must be right. What another key signed, nobody here can tell.
  const isOurs =
    key !== undefined && typeof head === 'object' && head.signatures.some(({ keyid }) => keyid === keyId(key));
  const fault =
    checkHead(lines, head, isOurs ? key : undefined).faults[0] ??
    (isOld || markdown === undefined ? undefined : droppedLines(markdown, lines));
  if (fault !== undefined) {
    throw new RolecallError('bad-pack', {
      message: `the index in ${out} is not whole: ${fault}`,
      next: 'Restore it from version control; a new line would hide that.',
    });
  }
  return index;
}

/** The texts of an index's files with these lines added. With a key, it signs their end. */
export function withLines(
  { lines }: Index,
  contents: readonly LineContent[],
  key: KeyObject | undefined,
): ReadonlyMap<string, string> {
  const all = append(lines, contents, key === undefined ? null : keyId(key));
  return new Map([
    [indexNames[0], indexText(all)],
    ...(key === undefined ? [] : [[headName, headText(all, key)] as const]),
    [indexNames[2], renderIndex(all)],
  ]);
}
