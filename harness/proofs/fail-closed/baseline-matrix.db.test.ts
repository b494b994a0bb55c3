import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { parseContract } from '../../contract/parse-contract.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { targetOf } from '../../postgres/target.ts';
import { contractFile, startTestHead, type TestHead } from '../../testing/head.ts';
import { baselineMatrix, expectMatrix, headMatrix } from '../../testing/measured-matrix.ts';
import { failClosedMatrix } from './cells.ts';
import { runAttempts } from '../../attempts/run-attempts.ts';

const tables = ['llm_api_calls', 'llm_monthly_costs', 'investigations', 'budget_optimization_jobs'];

let head: TestHead;
let superuser: Session;
beforeAll(async () => {
  head = await startTestHead();
  superuser = head.superuser;
});
afterAll(() => head.stop());

async function matrix() {
  const { contract } = parseContract(contractFile, await readFile(contractFile, 'utf8'));
  const login = () => connect(targetOf(head.urls.app_user, 'app_user'));
  const [untouched, used] = [await login(), await login()];
  const attempts = await runAttempts(superuser, contract, new Map([['app_user', { untouched, used }]]), {
    commitRefused: true,
  }).finally(() => Promise.all([untouched.close(), used.close()]));
  return failClosedMatrix(contract, attempts);
}

it('the matrix is the measured one at head, and the older one with the older policies', async () => {
  expectMatrix(await matrix(), headMatrix);
  const old = `tenant_id = current_setting('app.current_tenant_id', true)::uuid`;
  await superuser.script(
    tables
      .map((table) => `alter policy tenant_isolation_policy on public.${table} using (${old}) with check (${old})`)
      .join('; '),
  );
  const cells = await matrix();
  expectMatrix(cells, baselineMatrix);
  expect(cells.filter(({ unproven, row_unchanged }) => unproven !== null || row_unchanged === false)).toEqual([]);
});
