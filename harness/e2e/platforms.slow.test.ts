import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { serverNames } from '../contract/servers/server-profile.ts';
import { checkOn, type Checked } from '../testing/check-head.ts';
import { whileChanged } from '../testing/while-changed.ts';
import { startPlatformHead } from '../testing/platform-head.ts';
import { looks, wantedOf } from './harms.fixture.ts';

describe.each(serverNames)('on a server as %s runs it', (name) => {
  let head: Awaited<ReturnType<typeof startPlatformHead>>;
  let untouched: string;
  beforeAll(async () => {
    head = await startPlatformHead(name);
    untouched = await head.fingerprint();
  });
  afterAll(() => head.stop());

  const checked = (options: Parameters<typeof checkOn>[1] = {}): Promise<Checked> =>
    checkOn(head, { url: head.urls.admin, contract: head.contract, allowPgtap: true, ...options });

  it('check by a login that has nothing but CONNECT is green at level catalog', async () => {
    const { code, verdict, findings } = await checked({ url: head.reader, login: [], proof: 'catalog' });
    expect([code, verdict.reasons, findings.filter(({ accepted }) => accepted === undefined)]).toEqual([0, [], []]);
    expect(verdict.proof).toMatchObject({ demanded: 'catalog', reached: 'catalog' });
  });

  it('check by the admin, who is not a superuser, is green at level login, and leaves nothing behind', async () => {
    const { code, verdict } = await checked({ proof: 'login' });
    expect([code, verdict.reasons]).toEqual([0, []]);
    expect(verdict.proof).toMatchObject({ demanded: 'login', reached: 'login' });
    expect(await head.fingerprint()).toBe(untouched);
  });

  /** What the connected role does, the migrator does, which here is another role. */
  const byAdmin = (sql: string) =>
    sql
      .replace('default privileges', `default privileges for role ${head.admin.user}`)
      .replaceAll('owner to postgres', `owner to ${head.admin.user}`);

  it.each(looks)('names %s', async (_, { chosen, damage, undo }) => {
    const harm = { damage: byAdmin(damage), undo: byAdmin(undo) };
    const { code, findings } = await whileChanged(head, untouched, harm, () => checked({ proof: 'login' }));
    expect(code).toBe(1);
    for (const finding of wantedOf(chosen)) {
      expect(findings).toContainEqual(finding);
    }
  });
});
