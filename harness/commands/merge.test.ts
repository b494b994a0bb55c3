import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { mutationReport } from '../mutation/mutation-report.ts';
import { found, mutantResult } from '../mutation/mutant-result.fixture.ts';
import { writeFolder } from '../pack/write-pack.ts';
import { readProject } from '../pipeline/project.ts';
import { mutation } from '../mutation/report/mutation.fixture.ts';
import { testContext } from '../testing/head.ts';
import { smallProject, type SmallProject } from '../testing/small-project.ts';
import { merge } from './merge.ts';

let small: SmallProject;
beforeAll(async () => {
  small = await smallProject();
});
afterAll(() => small[Symbol.asyncDispose]());

/** Writes a part in which the suite noticed its control, or did not. Returns its file. */
async function part(index: number, noticed: boolean): Promise<string> {
  const { contract, inputsSha256 } = await readProject(small.contract);
  const seen = {
    run: { ...mutation.run, inputs_sha256: inputsSha256, shard: { index, of: 2 } },
    suites: ['01_orders'],
    green: mutation.green,
    controls: [
      {
        suite: '01_orders',
        noticed,
        failed: noticed ? ['app may not delete'] : [],
        reason: noticed ? null : 'no assertion turned red',
      },
    ],
    mutants: [mutantResult(`grant/${index}`, 'killed', { catalog: [found('k')] })],
  };
  const file = small.file(`mutation.${index}-of-2.json`);
  await writeFile(file, JSON.stringify(mutationReport(contract, seen, '2026-01-21')));
  return file;
}

it.each([
  { first: true, second: true, exit: 0, reasons: [] },
  { first: true, second: false, exit: 1, reasons: ['control-unnoticed: 01_orders'] },
  { first: false, second: true, exit: 1, reasons: ['control-unnoticed: 01_orders'] },
])(
  'a control counts as noticed where every part noticed it: $first and $second',
  async ({ first, second, exit, reasons }) => {
    const { context, answered } = testContext();
    const parts = [await part(1, first), await part(2, second)];
    expect(await merge(parts, { contract: small.contract, out: small.file('merged'), format: 'json' }, context)).toBe(
      exit,
    );
    expect(JSON.parse(answered())).toMatchObject({ score: { mutants: 2 }, verdict: { reasons } });
  },
);

it.each<[what: string, edit: (part: Record<string, unknown>) => unknown, says: RegExp]>([
  [
    'has an id that leads elsewhere',
    (one) => ({ ...one, run: { ...(one['run'] as object), id: '../../victim' } }),
    /has a run.id that is not a plain name$/,
  ],
  ['has no mutants', (one) => ({ ...one, mutants: undefined }), /lacks a key: mutants in it$/],
  ['has a wrong type', (one) => ({ ...one, suites: { a: 1 } }), /suites must be array$/],
  ['has another schema version', (one) => ({ ...one, schema_version: 99 }), /has schema version 99, and this program/],
  ['is null', () => null, /has no schema version/],
])('a part that %s is refused, and nothing is replaced', async (_, edit, says) => {
  const victim = small.file('victim');
  await mkdir(victim, { recursive: true });
  await writeFile(`${victim}/kept`, '');
  const parts = [await part(1, true), await part(2, true)];
  for (const file of parts) {
    await writeFile(file, JSON.stringify(edit(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>)));
  }
  const { context } = testContext();
  await expect(
    merge(parts, { contract: small.contract, out: small.file('merged/deep'), format: 'json' }, context),
  ).rejects.toThrow(expect.objectContaining({ code: 'bad-argument', message: expect.stringMatching(says) }));
  expect(await readdir(victim)).toEqual(['kept']);
});

it('refuses to write a folder whose name is not plain', async () => {
  await expect(writeFolder(small.file('merged'), '../victim', new Map())).rejects.toThrow(
    expect.objectContaining({ code: 'bad-pack', message: expect.stringContaining('is not a plain name') }),
  );
});
