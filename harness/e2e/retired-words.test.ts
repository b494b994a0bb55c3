import { readFileSync } from 'node:fs';
import path from 'node:path';

import { globSync } from 'tinyglobby';
import { expect, it } from 'vitest';

import { repository } from '../testing/cli.ts';
import { retiredWords } from '../testing/retired-words.ts';

/**
 * Every text that somebody reads: documents, messages, templates, comments. The history in the changelog stays as it was written.
 */
const texts = globSync(
  ['*.md', 'docs/**/*.md', 'harness/**/*.{ts,sql,hbs,yaml,md}', '.github/**/*.{md,yml}', '.ci/*'],
  {
    cwd: repository,
    dot: true,
    ignore: ['CHANGELOG.md', '**/fixtures/**', '**/retired-words*', 'docs/words.md', 'CONTRIBUTING.md'],
  },
);

it('finds each retired wording, and leaves the plain one alone', () => {
  const found = (text: string) =>
    retiredWords.filter(({ pattern }) => pattern.test(text)).map(({ instead }) => instead);
  expect(found('app_user is no superuser')).toEqual(['is not a']);
  expect(found('there is no row, and it is no longer there; is not a row')).toEqual([]);
  expect(found('leave it away: --url is of the topology url')).toEqual(['omit', 'applies to, belongs to']);
});

it('no text has a retired wording', () => {
  expect(texts.length).toBeGreaterThan(500);
  const kept = texts.flatMap((file) =>
    readFileSync(path.join(repository, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        retiredWords
          .filter(({ pattern }) => pattern.test(line))
          .map(({ instead }) => `${file}:${index + 1}: ${line.trim()} → ${instead}`),
      ),
  );
  expect(kept).toEqual([]);
});
