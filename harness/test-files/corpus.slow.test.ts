import { readFile, writeFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { files, folder, ours, prove, psql, theirs, withServer } from '../testing/corpus.ts';

withServer();

describe('the corpus', () => {
  it.skipIf(prove === undefined || psql === undefined)(
    'is recorded as the real pg_prove and psql run it, however much is shown',
    async () => {
      const real = await theirs(['-v', '-j1', ...files]);
      if (process.env['ROLECALL_RECORD'] === '1') {
        await writeFile(`${folder}/expected.txt`, real.text);
      }
      expect(real).toEqual({ exitCode: 1, text: await readFile(`${folder}/expected.txt`, 'utf8') });
      for (const flags of [['-j1'], ['-j1', '-f'], ['-j1', '-Q']]) {
        expect(await ours([...flags, ...files])).toEqual(await theirs([...flags, ...files]));
      }
    },
  );
});
