import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { discoverSuites, loginOf, rolesOf, type SuiteFile } from './suite-file.ts';
import type { WitnessClaim } from './witness-claim.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

const roles = new Map<string, SuiteFile['session']>([
  ['app', 'login'],
  ['admin', 'superuser'],
]);

const opened = { login: 'app', role: 'member', become: ['set local role member'] };
const context = {
  roles,
  sessions: new Map([['user', opened]]),
  hasRows: ({ object }: WitnessClaim) => object !== 'public.ghosts',
};

async function discover(files: Record<string, string>): Promise<SuiteFile[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-suites-'));
  folders.push(folder);
  await Promise.all(Object.entries(files).map(([name, sql]) => writeFile(path.join(folder, name), sql)));
  return discoverSuites(folder, context);
}
const faultsOf = (header: string) =>
  discover({ '01.sql': header }).then(
    () => [],
    (error: Error & { code: string; next: string }) => {
      expect(error).toMatchObject({ code: 'bad-suite', next: expect.stringContaining('--! as: identity') });
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/^- .*\/01\.sql:/, ''));
    },
  );

describe('suites', () => {
  it('are the .sql files of a folder, by name, with what their headers say', async () => {
    const suites = await discover({
      '10_b.sql': '--! as: admin\nselect 1;',
      '02_a.sql':
        '-- a note\n--! as:  app \n--! why: Because: it must.\n\n--! remedy: Mend it.\nselect 1;\n--! as: nobody reads this',
      '11_c.sql': 'select 1;',
      'README.md': '',
    });
    expect(suites.map(({ stem, as, session, why, remedy }) => [stem, as, session, why, remedy])).toEqual([
      ['02_a', 'app', 'login', 'Because: it must.', 'Mend it.'],
      ['10_b', 'admin', 'superuser', '', ''],
      ['11_c', undefined, 'superuser', '', ''],
    ]);
    expect(suites[2]!.sql).toBe('select 1;');
  });

  it('run as a session of the contract over the connection of its login', async () => {
    const [suite] = await discover({ '01.sql': '--! as: user' });
    expect(suite).toMatchObject({ as: 'user', session: 'login', opened });
    expect([loginOf(suite!), rolesOf(suite!)]).toEqual(['app', ['app', 'member']]);
  });

  it('declare what their assertions are witnesses of, one row a line', async () => {
    const [suite] = await discover({
      '01.sql': '--! witness: app SELECT public.notes\r\n--! as: app\n--! witness: the app INSERT/SELECT "My Table"\n',
    });
    expect(suite!.witnesses).toEqual([
      { identity: 'app', privileges: ['SELECT'], object: 'public.notes' },
      { identity: 'the app', privileges: ['INSERT', 'SELECT'], object: '"My Table"' },
    ]);
  });

  it.each<[what: string, header: string, faults: string[]]>([
    ['an identity nobody knows', '--! as: ghost', ['1: ghost is not a login, a session or a migrator of the contract']],
    ['an unknown key', '\n--! ass: app', ['2: unknown header key ass']],
    ['a key that is there twice', '--! as: app\n--! as: admin', ['2: as is there twice']],
    ['a line that is not a header line', '--! app', ['1: not a header line: --! app']],
    [
      'a witness that is not a row',
      '--! witness: app is fine',
      ['1: not a witness, which reads identity PRIVILEGE object: app is fine'],
    ],
    [
      'a witness of nothing declared',
      '--! witness: app SELECT public.ghosts',
      ['1: the contract has no need and no denial app SELECT public.ghosts'],
    ],
    [
      'a witness below the header, where it would bind nothing',
      'begin;\n--! witness: app SELECT public.notes',
      [
        "2: a witness is declared in the header, or by its assertion: … || E'\\n' || diag('witness: app SELECT public.notes')",
      ],
    ],
    ['a key without a value', '--! as:', ['1: not a header line: --! as:']],
    [
      'everything at once',
      '--! as: ghost\n--! x: y\n--!why',
      [
        '2: unknown header key x',
        '3: not a header line: --!why',
        '1: ghost is not a login, a session or a migrator of the contract',
      ],
    ],
  ])('are refused for %s', async (_, header, faults) => {
    expect(await faultsOf(header)).toEqual(faults);
  });

  it('are refused all together', async () => {
    await expect(discover({ '01.sql': '--! as: ghost', '02.sql': '--! x: y' })).rejects.toThrow(
      /01\.sql:1: ghost[^]*02\.sql:1: unknown header key x/,
    );
  });

  it('need a folder', async () => {
    await expect(discoverSuites('/nowhere/suites', context)).rejects.toThrow(
      expect.objectContaining({ code: 'bad-contract', message: 'cannot read the folder /nowhere/suites' }),
    );
  });
});
