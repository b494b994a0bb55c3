import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fingerprint } from '../../catalog/fact-text.ts';
import { stateOf } from '../../pipeline/head-state.ts';
import { laidOut, roles, writeLaidOut, type LaidOut } from '../../testing/layouts.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import { readPlan } from '../plan.ts';
import { planMigrator } from '../sql-folder.ts';

const { signal } = new AbortController();
let server: TestServer;
let root: string;
let expected: string[];
beforeAll(async () => {
  server = await startTestServer();
  root = await mkdtemp(path.join(tmpdir(), 'rolecall-layouts-'));
  for (const role of roles.trim().split('\n')) {
    await server.query(role);
  }
  expected = await fingerprints(laidOut[0]!);
});
afterAll(async () => {
  await server.stop();
  await rm(root, { recursive: true });
});

/** The privilege state at baseline, at head, and back at baseline. */
async function fingerprints(one: LaidOut): Promise<string[]> {
  const plan = readPlan(await writeLaidOut(one, path.join(root, one.layout)));
  expect(plan).toMatchObject({ layout: one.layout, recognised: true });
  const migrator = planMigrator(plan, signal, {
    revisions: [one.baseline, one.head],
    placeholders: { reader: 'shop_reader' },
  });
  const name = 'layout';
  await server.createDatabase(name);
  const target = server.target(name);
  const state = async () => fingerprint((await stateOf(target, signal)).facts);
  try {
    await migrator.up(target, one.baseline);
    const baseline = await state();
    await migrator.up(target, one.head);
    const head = await state();
    expect(migrator.down === undefined).toBe(!one.down);
    await migrator.down?.(target, one.baseline);
    return [baseline, head, one.down ? await state() : baseline];
  } finally {
    await server.query(`drop database ${name}`);
  }
}

describe('the same schema', () => {
  it.each(laidOut.map((one) => [one.layout, one] as const))(
    'laid out for %s has the same privileges',
    async (_, one) => {
      expect(await fingerprints(one)).toEqual(expected);
      expect(new Set(expected).size).toBe(2);
    },
  );
});
