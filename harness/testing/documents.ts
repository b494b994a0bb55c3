import { readFileSync } from 'node:fs';
import path from 'node:path';

import { globSync } from 'tinyglobby';

import { repository } from './cli.ts';

/** A fenced block of a document. */
export interface Block {
  /** Document and line of the opening fence, for example `docs/ci.md:7`. */
  at: string;
  document: string;
  language: string;
  text: string;
}

/** The documents that a user reads, relative to the repository. */
export const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: repository, ignore: ['CHANGELOG.md'] }).sort();

export const textOf = (document: string) => readFileSync(path.join(repository, document), 'utf8');

/** Every fenced block of the documents, including indented ones in lists. */
export const blocks: Block[] = documents.flatMap((document) =>
  [...textOf(document).matchAll(/^( *)```(\w+)\n([^]*?)^\1```$/gm)].map(
    ({ index, input, 1: indent, 2: language, 3: text }) => ({
      at: `${document}:${input.slice(0, index).split('\n').length}`,
      document,
      language: language!,
      text: text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  ),
);

/** The block of a document that contains a text. Refuses none and several. */
export function blockWith(document: string, text: string): Block {
  const found = blocks.filter((block) => block.document === document && block.text.includes(text));
  if (found.length !== 1) {
    throw new Error(`${found.length} blocks of ${document} hold ${text}`);
  }
  return found[0]!;
}
