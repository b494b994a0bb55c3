import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checked } from '../testing/check-head.ts';
import { rolecall } from '../testing/cli.ts';
import { startTestHead, type TestHead } from '../testing/head.ts';
import { harms, wantedOf } from './harms.fixture.ts';

let head: TestHead;
let folder: string;
let untouched: string;

beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
  folder = await mkdtemp(path.join(tmpdir(), 'rolecall-init-'));
});
afterAll(async () => {
  await head.stop();
  await rm(folder, { recursive: true, force: true });
});

const contract = () => path.join(folder, 'db', 'contract.yaml');

describe('init of a live database', () => {
  it('drafts a contract that holds there, and changes nothing', async () => {
    const login = `app_user=${head.urls.app_user}`;
    const drafted = await rolecall(['init', '--url', head.urls.superuser, '--login', login, '--name', 'live'], {
      cwd: folder,
    });
    expect(drafted).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('The draft passes as it stands') });
    expect(await head.fingerprint()).toBe(untouched);
    const text = await readFile(contract(), 'utf8');
    expect(text).toContain('setting: app.current_tenant_id');
    expect(text).not.toContain(new URL(head.urls.superuser).password);
  });

  it('has nothing to build: run says so', async () => {
    const { exitCode, stderr } = await rolecall(['run'], { cwd: folder });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the contract has no migrations')]);
  });

  it.each(harms.map((harm) => [harm[1], harm] as const))('has a draft by which check calls out %s', async (_, harm) => {
    const [, , damage, undo] = harm;
    await head.superuser.script(damage);
    try {
      const { code, findings } = await checked({
        contract: contract(),
        url: head.urls.superuser,
        login: [`app_user=${head.urls.app_user}`],
      });
      expect(code).toBe(1);
      for (const finding of wantedOf([harm])) {
        expect(findings).toContainEqual(finding);
      }
    } finally {
      await head.superuser.script(undo);
      expect(await head.fingerprint()).toBe(untouched);
    }
  });
});
