import { existsSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { installPgtap } from '../pgtap/pgtap.ts';
import { connect } from '../postgres/session.ts';
import { findPsql } from '../testing/psql-program.ts';
import { rolecall } from '../testing/cli.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';

// Files that use every part of psql's language and of TAP, right and broken; `expected.txt` is what `pg_prove -v -j1` with psql 15
// prints of them. ROLECALL_RECORD=1 writes it anew, on a machine that has both.
const folder = fileURLToPath(new URL('fixtures/corpus', import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.pg'))
  .toSorted();
const prove = ['/usr/bin/pg_prove', '/usr/local/bin/pg_prove'].find((place) => existsSync(place));
const psql = findPsql();

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  const session = await connect(server.superuser);
  await installPgtap(session, 'public');
  await session.close();
});
afterAll(() => server.stop());

function environment(): Record<string, string> {
  const { host, port, user, password, database } = server.superuser;
  return { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE: database };
}

/** What both say: how long it took, and where a script stopped, is told by one of them alone. */
function common(text: string): string {
  return (
    text
      .replaceAll(/^Files=(\d+), Tests=(\d+),.*$/gm, 'Files=$1, Tests=$2')
      .replaceAll(/^ {2}Stopped: .*\n/gm, '')
      // Whether `prove` shows an empty line depends on how psql's output reaches it.
      .replaceAll(/^\n/gm, '')
      .trimEnd()
      .concat('\n')
  );
}

const ours = async (args: readonly string[], cwd = folder) => {
  const env = { ...environment(), PATH: '/usr/bin:/bin' };
  const { exitCode, stdout } = await rolecall(['test', '--allow-shell', ...args], { cwd, env });
  return { exitCode, text: common(stdout) };
};

async function theirs(args: readonly string[], cwd = folder): Promise<{ exitCode: number | undefined; text: string }> {
  const { exitCode, stdout } = await execa(prove!, ['--nocolor', '--psql-bin', psql!, ...args], {
    cwd,
    env: { ...environment(), PATH: '/usr/bin:/bin' },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, text: common(stdout) };
}

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
    // With two at work, which of its files pg_prove begins first is chance.
    if (jobs === '-j1' && prove !== undefined && psql !== undefined) {
      const real = await theirs([jobs, '1-bails.pg', '2-after.pg'], bailing);
      expect(real.exitCode).not.toBe(0);
      expect(real.text).toContain('Bailout called.  Further testing stopped:  There is no use.\n');
      expect(real.text).not.toContain('2-after.pg .. ok');
    }
  });

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
