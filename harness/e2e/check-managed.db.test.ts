import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkOn, type Checked } from '../testing/check-head.ts';
import { startManagedHead, type ManagedHead } from '../testing/managed-head.ts';
import { harms, wantedOf } from './harms.fixture.ts';

let head: ManagedHead;
let untouched: string;

beforeAll(async () => {
  head = await startManagedHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

/** What check says through an admin that is no superuser, while `damage` is done. */
async function checkAfter(
  damage = 'select 1',
  undo = 'select 1',
  options: Parameters<typeof checkOn>[1] = {},
): Promise<Checked> {
  await head.superuser.script(damage);
  try {
    return await checkOn(head, { url: head.urls.admin, contract: head.contract, allowPgtap: true, ...options });
  } finally {
    await head.superuser.script(undo);
    expect(await head.fingerprint()).toBe(untouched);
  }
}

/** What is done by whoever is connected is done by the migrator, who here is somebody else. */
const byMigrator = (sql: string) => sql.replace('default privileges', 'default privileges for role postgres');

describe('check through an admin that is no superuser', () => {
  it('proves every attempt, and leaves nothing behind', async () => {
    const { code, verdict } = await checkAfter();
    expect(verdict.reasons).toEqual([]);
    expect(code).toBe(0);
  });

  it.each(
    [1, 2, 3, 4]
      .map((number) => harms.filter(([look]) => look === number))
      .map((chosen) => [chosen.map(([, name]) => name).join(', '), chosen] as const),
  )('calls out %s', async (_, chosen) => {
    const { code, findings } = await checkAfter(
      byMigrator(chosen.map(([, , damage]) => damage).join('; ')),
      byMigrator(chosen.map(([, , , undo]) => undo).join('; ')),
    );
    expect(code).toBe(1);
    for (const finding of wantedOf(chosen)) {
      expect(findings).toContainEqual(finding);
    }
  });
});
