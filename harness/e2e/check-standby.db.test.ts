import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { check } from '../commands/check.ts';
import type { Finding } from '../findings/finding.ts';
import type { Verdict } from '../findings/verdict.ts';
import { contractFile, testContext } from '../testing/head.ts';
import { startReplicatedHead, type ReplicatedHead } from '../testing/standby.ts';

let head: ReplicatedHead;
beforeAll(async () => {
  head = await startReplicatedHead();
});
afterAll(() => head.stop());

/** The result of `rolecall check` for the standby. */
async function checked(url = head.urls.superuser) {
  const { context, answered } = testContext();
  await head.caughtUp();
  const login = [`app_user=${head.urls.app_user}`];
  const code = await check({ contract: contractFile, url, login, format: 'json', allowPgtap: true }, context);
  return { code, ...(JSON.parse(answered()) as { verdict: Verdict; findings: Finding[] }) };
}

const inRecovery =
  'no statement was run, only catalogs were read: the server is in recovery, where nothing can be written';

describe('check on a hot standby', () => {
  it('reads the catalogs, finds nothing, and says that it could try nothing', async () => {
    const { code, verdict, findings } = await checked();
    expect(findings).toEqual([]);
    expect([code, verdict.status]).toEqual([0, 'pass']);
    expect(verdict.proof).toMatchObject({ demanded: 'catalog', reached: 'catalog' });
    expect(verdict.proof.not_seen).toContain(inRecovery);
  });

  it('finds what the catalogs show as soon as it has come over', async () => {
    await head.primary.script('grant delete on public.investigations to app_user');
    try {
      const { code, findings, verdict } = await checked();
      expect([code, findings.map(({ code: found, identity, object }) => [found, identity, object])]).toEqual([
        1,
        [['undeclared-access', 'app_user', 'public.investigations']],
      ]);
      expect(verdict.proof.not_seen).toContain(inRecovery);
    } finally {
      await head.primary.script('revoke delete on public.investigations from app_user');
    }
  });

  it('as a login that is not a superuser says what that one cannot look into', async () => {
    await head.primary.script(
      `create role reader login password 'reader'; revoke usage on schema public from public; grant usage on schema public to app_user`,
    );
    try {
      const { code, verdict } = await checked(head.urls.superuser.replace(/\/\/[^@]*@/, '//reader:reader@'));
      expect([1, 3]).toContain(code);
      expect(verdict.proof.not_seen).toContainEqual(expect.stringMatching(/^reader has no USAGE on public/));
    } finally {
      await head.primary.script(
        'grant usage on schema public to public; revoke usage on schema public from app_user; drop role reader',
      );
    }
  });

  it('is not broken off by a login that may not CONNECT', async () => {
    await head.primary.script('revoke connect on database skeldir_e2e from public, app_user');
    try {
      expect((await checked()).verdict.proof.not_seen).toContain(inRecovery);
    } finally {
      await head.primary.script('grant connect on database skeldir_e2e to public');
    }
  });
});
