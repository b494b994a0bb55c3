import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { includedFiles } from './included-files.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-included-'));
  await mkdir(path.join(folder, 'deep'));
  await writeFile(path.join(folder, 'a.sql'), `\\ir deep/b.sql\n`);
  await writeFile(path.join(folder, 'deep/b.sql'), `select 1;\n\\ir ../a.sql\n`);
  await writeFile(path.join(folder, 'rows.txt'), `\\i a.sql\n`);
});
afterAll(() => rm(folder, { recursive: true }));

it.each<[what: string, text: string, files: string[]]>([
  ['beside it, and what that includes, once', '\\ir a.sql\n\\include_relative a.sql', ['a.sql', 'deep/b.sql']],
  ['by its whole path', '\\i :folder/a.sql \\\\ select 1;', ['a.sql', 'deep/b.sql']],
  [
    'after a statement, and in a branch that may not run',
    'select 1;\n\\if false\n\\ir a.sql\n\\endif',
    ['a.sql', 'deep/b.sql'],
  ],
  ['whose name is in a variable', `\\set x deep\n\\ir :x/b.sql`, ['deep/b.sql', 'a.sql']],
  ['as rows of \\copy', `\\copy t from ':folder/rows.txt'`, ['rows.txt']],
  [
    'not in a string, a comment or the rows of a COPY',
    `select '\n\\ir a.sql\n'; /*\n\\ir a.sql */\ncopy t from stdin;\nit's\n\\ir a.sql\n\\.\n`,
    [],
  ],
  ['after the rows of a COPY', `copy t from stdin;\nit's\n\\.\n\\ir a.sql\n`, ['a.sql', 'deep/b.sql']],
  ['that is not there', '\\ir nowhere.sql', []],
])('a file that is included is found: %s', async (_, text, files) => {
  const found = await includedFiles(path.join(folder, 'suite.sql'), text.replaceAll(':folder', folder));
  expect(found.map((file) => path.relative(folder, path.resolve(file)))).toEqual(files);
});
