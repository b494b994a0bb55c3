import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { files, folder, ours, prove, psql, theirs, withServer } from '../testing/corpus.ts';

withServer();

describe('the corpus', () => {
  it('is large', () => expect(files.length).toBeGreaterThan(100));

  it('comes out as pg_prove and psql say, file by file and test by test', async () => {
    const expected = await readFile(`${folder}/expected.txt`, 'utf8');
    expect(await ours(['-v', '-j1', ...files])).toEqual({ exitCode: 1, text: expected });
    expect((await ours(['-v', '-j2', ...files])).text).toBe(expected);
  });

  it.each(['-j1', '-j2'])('ends at a file that bails out, which fails (%s)', async (jobs) => {
    const bailing = fileURLToPath(new URL('fixtures/bail-out', import.meta.url));
    const { exitCode, text } = await ours([jobs, '1-bails.pg', ...(jobs === '-j1' ? ['2-after.pg'] : [])], bailing);
    expect(exitCode).toBe(1);
    expect(text).toContain('Bailout called.  Further testing stopped:  There is no use.\n');
    expect(text).toMatch(/Files=1, Tests=1\nResult: FAIL\n$/);
    // With two jobs, it is chance which file pg_prove begins first.
    if (jobs === '-j1' && prove !== undefined && psql !== undefined) {
      const real = await theirs([jobs, '1-bails.pg', '2-after.pg'], bailing);
      expect(real.exitCode).not.toBe(0);
      expect(real.text).toContain('Bailout called.  Further testing stopped:  There is no use.\n');
      expect(real.text).not.toContain('2-after.pg .. ok');
    }
  });
});
