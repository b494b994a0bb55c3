import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readEvidence } from '../pack/read-pack.ts';
import { repository, rolecall } from '../testing/cli.ts';
import {
  briefly,
  fixtureProject,
  isLive,
  placesOf,
  startFixtureHead,
  type FixtureHead,
} from '../testing/fixture-project.ts';

const project = await fixtureProject('saas');

describe('a shop for many tenants, with triggers, keys, views, children and reference tables', () => {
  it('passes where it is right, and nothing of it is unproven', async () => {
    const out = await mkdtemp(path.join(tmpdir(), 'rolecall-saas-'));
    try {
      const args = ['run', '--contract', project.contract, '--out', out, '--format', 'json'];
      const { exitCode, stdout } = await rolecall(args);
      const { pack } = JSON.parse(stdout) as { pack: string };
      const { findings, unproven, verdict, fail_closed } = await readEvidence(path.resolve(repository, pack));
      expect([exitCode, findings, unproven, verdict.reasons]).toEqual([0, [], [], []]);
      expect(new Set(fail_closed.map(({ table }) => table)).size).toBeGreaterThanOrEqual(30);
    } finally {
      await rm(out, { recursive: true, force: true });
    }
  });
});

describe('the same with a leak', () => {
  let head: FixtureHead;
  beforeAll(async () => {
    head = await startFixtureHead(project);
  });
  afterAll(() => head.stop());

  it.each(project.leaks)('$name: it is found, at its place and nowhere else', async (leak) => {
    const { code, findings } = await head.checkWith(leak);
    expect([
      code,
      { live: briefly(findings.filter(isLive)), catalog: briefly(findings.filter((one) => !isLive(one))) },
    ]).toEqual([1, { live: leak.live, catalog: leak.catalog }]);
    expect(placesOf(findings)).toHaveLength(1);
  });

  it('in eight places, has findings in these eight and no other', async () => {
    expect(project.leaks).toHaveLength(8);
    const of = (what: 'sql' | 'undo') => project.leaks.map((leak) => leak[what]).join('\n');
    const all = { name: 'all', sql: of('sql'), undo: of('undo'), live: [], catalog: [] };
    const { code, findings, verdict } = await head.checkWith(all);
    expect([code, briefly(findings)]).toEqual([
      1,
      project.leaks.flatMap(({ live, catalog }) => [...live, ...catalog]).toSorted(),
    ]);
    expect(placesOf(findings)).toEqual([
      'audit.log_2025',
      'billing.payment_methods',
      'booking.resources',
      'report.open_orders',
      'report.revenue',
      'report.revenue_of(uuid)',
      'sales.discounts',
      'sales.order_line_notes',
    ]);
    expect(verdict.reasons.filter((reason) => reason.includes('head:'))).toEqual([
      // The view that reads as its owner joins a table without showing its key.
      expect.stringContaining('report.open_orders: reads sales.customers on behalf of its owner, and shows no key'),
    ]);
  });
});
