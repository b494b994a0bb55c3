import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { mutationReport } from '../mutation/mutation-report.ts';
import { found, mutantResult } from '../mutation/mutant-result.fixture.ts';
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

/** Writes a part in which the suite noticed its control, or did not; gives its file. */
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
