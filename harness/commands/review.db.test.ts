import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { ReviewRow } from '../access-review/review.ts';
import { repository } from '../testing/cli.ts';
import { contractFile, startTestHead, testContext, type TestHead } from '../testing/head.ts';
import { review } from './review.ts';

let head: TestHead;
let folder: string;
beforeAll(async () => {
  head = await startTestHead();
});
afterAll(() => head.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-review-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const decisionsFile = () => path.join(folder, 'decisions.yaml');

async function reviewed(options: Partial<Parameters<typeof review>[1]>, pack?: string) {
  const { context, answered } = testContext();
  try {
    const code = await review(pack, { contract: contractFile, format: 'json', ...options }, context);
    const { rows } = JSON.parse(answered()) as { rows: ReviewRow[] };
    const row = (identity: string, object: string, privilege: string) =>
      rows.find((one) => one.identity === identity && one.object === object && one.privilege === privilege);
    return { code, rows, row };
  } finally {
    await context.releasers.release();
  }
}

describe('the review of a live database', () => {
  it('has what the contract needs, and a manual GRANT among the unused', async () => {
    await head.superuser.script('grant delete on public.investigations to app_rw');
    try {
      const { code, row } = await reviewed({ url: head.urls.superuser });
      expect(code).toBe(0);
      expect(row('app_user', 'public.llm_api_calls', 'SELECT')).toMatchObject({ class: 'needed', proven: 'read' });
      expect(row('app_user', 'public.investigations', 'DELETE')).toMatchObject({ class: 'unused' });
      expect(row('app_user', 'public.tenants', 'SELECT')).toBeUndefined();
    } finally {
      await head.superuser.script('revoke delete on public.investigations from app_rw');
    }
  });

  it('ends with 1 where what was to be revoked is still held, and stands first', async () => {
    await writeFile(
      decisionsFile(),
      'decisions:\n  - { identity: app_user, object: public.llm_api_calls, privilege: INSERT, decision: revoke, who: Ada, why: not used, until: 2026-12-31 }\n',
    );
    const { code, rows } = await reviewed({ url: head.urls.superuser, decisions: decisionsFile() });
    expect([code, rows[0]!.identity, rows[0]!.privilege, rows[0]!.class]).toEqual([
      1,
      'app_user',
      'INSERT',
      'revoke due',
    ]);
  });

  it('refuses a file of decisions with all its faults', async () => {
    await writeFile(decisionsFile(), 'decisions:\n  - { identity: app_user, decision: perhaps }\n');
    await expect(reviewed({ url: head.urls.superuser, decisions: decisionsFile() })).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(/object[^]*decision/) as unknown,
    });
  });
});

describe('the review of a pack', () => {
  const reports = path.join(repository, 'reports');

  it('says what was proven by an attempt', async () => {
    const [pack] = await readdir(path.join(reports, 'runs'));
    const { code, row } = await reviewed({}, path.join(reports, 'runs', pack!));
    expect(code).toBe(0);
    expect(row('app_user', 'public.llm_api_calls', 'SELECT')).toMatchObject({ class: 'needed', proven: 'attempt' });
  });

  it('refuses one that was altered, and one beside --url', async () => {
    await cp(reports, folder, { recursive: true });
    const [pack] = await readdir(path.join(folder, 'runs'));
    const altered = path.join(folder, 'runs', pack!);
    await appendFile(path.join(altered, 'privileges.head.txt'), 'table\tpublic.tenants\tapp_user\tSELECT\n');
    await expect(reviewed({}, altered)).rejects.toMatchObject({
      code: 'bad-pack',
      message: expect.stringContaining('privileges.head.txt') as unknown,
    });
    await expect(reviewed({ url: head.urls.superuser }, altered)).rejects.toMatchObject({ code: 'bad-argument' });
  });
});
