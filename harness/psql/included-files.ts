import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { slashed } from '../common/slashes.ts';
import { parseCopy } from './backslash/copy.ts';
import { Cursor } from './cursor.ts';
import { readArguments, readingHost, type Variables } from './read-ahead.ts';
import { scanCommandName, scanWholeLine, type SlashHost } from './slash-scanner.ts';
import { Source } from './source.ts';
import { SqlScanner } from './sql-scanner.ts';

/**
 * The other files of a script: what it includes, what that includes, and what `\copy` reads, in every branch. They are found
 * before it runs, so variables are known only if the script sets them. A missing file is left out.
 */
export async function includedFiles(file: string, text: string): Promise<string[]> {
  const found = new Map<string, string>();
  await collect(file, text, new Map(), found);
  return [...found.values()];
}

async function collect(file: string, text: string, variables: Variables, found: Map<string, string>): Promise<void> {
  for (const { name, isScript } of readFiles(file, text, variables)) {
    const place = path.resolve(name);
    if (found.has(place)) {
      continue;
    }
    const included = await readFile(place, 'utf8').catch(() => undefined);
    if (included !== undefined) {
      found.set(place, name);
      if (isScript) {
        await collect(name, included, variables, found);
      }
    }
  }
}

interface Mention {
  name: string;
  /** Whether it contains commands of its own, not rows. */
  isScript: boolean;
}

function readFiles(file: string, text: string, variables: Variables): Mention[] {
  const source = new Source(file, text);
  const cursor = new Cursor();
  const host = readingHost(variables);
  const scanner = new SqlScanner(cursor, host);
  const mentions: Mention[] = [];
  for (let line = source.next(); line !== undefined; line = source.next()) {
    scanner.text += scanner.text === '' ? '' : '\n';
    let copies = 0;
    cursor.begin(line);
    for (let stop = scanner.scan(); stop !== 'end-of-line'; stop = scanner.scan()) {
      scanner.text = '';
      copies += scanner.takeCopies();
      if (stop === 'backslash') {
        mentions.push(...mentioned(cursor, host, file, variables));
      }
    }
    for (; copies > 0; copies -= 1) {
      source.copyRows();
    }
  }
  return mentions;
}

function mentioned(cursor: Cursor, host: SlashHost, file: string, variables: Variables): Mention[] {
  const command = scanCommandName(cursor);
  if (command === 'copy') {
    return copied(scanWholeLine(cursor));
  }
  const [first] = readArguments(command, cursor, host, variables);
  if (first !== undefined && ['i', 'include'].includes(command)) {
    return [{ name: first, isScript: true }];
  }
  if (first !== undefined && ['ir', 'include_relative'].includes(command)) {
    return [{ name: slashed(path.isAbsolute(first) ? first : path.join(path.dirname(file), first)), isScript: true }];
  }
  return [];
}

function copied(line: string): Mention[] {
  try {
    const { direction, end } = parseCopy(line);
    return direction === 'from' && typeof end === 'object' && 'file' in end
      ? [{ name: end.file, isScript: false }]
      : [];
  } catch {
    // If it fails, it does so when it runs.
    return [];
  }
}
