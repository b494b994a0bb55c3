import { readFile, realpath, stat, writeFile } from 'node:fs/promises';

import { RolecallError } from '../common/errors.ts';
import { plainFileFault, whyNot } from '../common/plain-file.ts';
import { rename } from '../common/rename.ts';

export const openingMark = '<!-- rolecall:index -->';
export const closingMark = '<!-- /rolecall:index -->';
const largest = 50_000_000;

/**
 * A text with other content between its marks, each on a line of its own. Everything else stays, byte for byte. Throws in a few
 * words if the marks are wrong.
 */
export function withMarked(text: Buffer, content: string): Buffer {
  // One character for each byte, so that text in another encoding than UTF-8 stays as it is.
  const all = text.toString('latin1');
  const [from, to] = [placeOf(all, openingMark), placeOf(all, closingMark)];
  if (to.start < from.end) {
    throw new Error(`has ${closingMark} before ${openingMark}`);
  }
  const lineEnd = all.slice(0, from.end).endsWith('\r\n') ? '\r\n' : '\n';
  const between = Buffer.from(content.replaceAll('\n', lineEnd)).toString('latin1');
  return Buffer.from(all.slice(0, from.end) + between + all.slice(to.start), 'latin1');
}

function placeOf(text: string, mark: string): { start: number; end: number } {
  const found = [...text.matchAll(new RegExp(`^[ \\t]*${mark}[ \\t]*(?:\\r?\\n|$)`, 'gm'))].filter(
    ({ 0: line }) => line !== '',
  );
  if (found.length !== 1) {
    throw new Error(
      found.length === 0 ? `has no line ${mark}` : `has ${found.length} lines ${mark}, and must have one`,
    );
  }
  const { index, 0: line } = found[0]!;
  return { start: index, end: index + line.length };
}

/** A file as it is, and with other content between its marks. Refuses with `bad-argument`. */
export async function readMarked(file: string, content: string): Promise<{ before: Buffer; after: Buffer }> {
  try {
    const fault = await plainFileFault(file, { limit: largest });
    if (fault !== undefined) {
      throw new Error(fault);
    }
    const before = await readFile(file);
    return { before, after: withMarked(before, content) };
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `the ledger ${file} ${error instanceof Error && 'code' in error ? whyNot(error) : (error as Error).message}`,
      cause: error,
      next: `It must have these two lines, once each, and the rows come between them:\n${openingMark}\n${closingMark}`,
    });
  }
}

/** Replaces an existing file completely or not at all. It keeps its permissions, and a link to it stays a link. */
export async function replaceFile(file: string, content: Buffer): Promise<void> {
  const target = await realpath(file);
  const draft = `${target}.${process.pid}.draft`;
  try {
    await writeFile(draft, content, { mode: (await stat(target)).mode });
    rename(draft, target);
  } catch (error) {
    throw new RolecallError('bad-argument', {
      message: `the ledger ${file} ${whyNot(error)}`,
      cause: error,
      next: 'Make it writable, and its folder.',
    });
  }
}
