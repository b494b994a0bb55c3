import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ParsedContract } from '../contract/contract.ts';
import { readProject } from '../pipeline/project.ts';
import type { Session } from '../postgres/session.ts';
import { runOracles } from '../proofs/oracles/observe.ts';
import { logInAppUser } from '../testing/app-user.ts';
import { contractFile, startTestHead, type TestHead } from '../testing/head.ts';
import type { Attempt } from './attempt.ts';
import { runAttempts } from './run-attempts.ts';
import { checkTenancy } from './tenancy-check.ts';

const plain = ['aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'];
let head: TestHead;
let contract: ParsedContract;
const sessions: Session[] = [];

beforeAll(async () => {
  head = await startTestHead();
  ({ contract } = await readProject(contractFile));
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await head.stop();
});

/** What is seen with the tenants spelled so. */
async function seenWith([own, other]: readonly string[]) {
  const spelled = { ...contract, tenancy: { ...contract.tenancy!, own: { tenant: own! }, other: { tenant: other! } } };
  const logins = new Map([['app_user', await logInAppUser(head, sessions)]]);
  const attempts = await runAttempts(head.superuser, spelled as ParsedContract, logins);
  const of = ({ key, outcome, rows, foreign_rows, control, missing_rows }: Attempt) => ({
    key,
    outcome,
    rows,
    foreign_rows,
    missing_rows,
    control: control?.outcome,
    controlRows: control?.rows,
  });
  const oracles = await runOracles(head.superuser, spelled as ParsedContract, logins);
  return {
    faults: await checkTenancy(head.superuser, spelled as ParsedContract),
    attempts: attempts.map(of),
    oracles: oracles.map(({ key, kind, open, unproven }) => ({ key, kind, open, unproven })),
  };
}

describe('a tenant is the same however the contract spells it', () => {
  it.each([
    ['in capitals', (id: string) => id.toUpperCase()],
    ['in braces, without hyphens', (id: string) => `{${id.replaceAll('-', '')}}`],
  ])('%s', { timeout: 240_000 }, async (_, spell) => {
    const asIs = await seenWith(plain);
    expect(asIs.faults).toEqual([]);
    expect(await seenWith(plain.map(spell))).toEqual(asIs);
  });
});
