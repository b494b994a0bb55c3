import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkOn, type Checked } from '../testing/check-head.ts';
import { startTestHead, type TestHead } from '../testing/head.ts';
import { whileChanged } from '../testing/while-changed.ts';
import { looks, wantedOf } from './harms.fixture.ts';

let head: TestHead;
let untouched: string;

beforeAll(async () => {
  head = await startTestHead();
  untouched = await head.fingerprint();
});
afterAll(() => head.stop());

const checkHead = (options: Parameters<typeof checkOn>[1] = {}) => checkOn(head, options);

/** Changes head, checks it, and undoes the change. */
const checkAfter = (damage: string, undo: string): Promise<Checked> =>
  whileChanged(head, untouched, { damage, undo }, checkHead);

describe('check on head', () => {
  it('passes, and leaves nothing behind', async () => {
    const { code, verdict, findings } = await checkHead();
    expect(verdict.reasons).toEqual([]);
    expect(findings.filter(({ accepted }) => accepted === undefined)).toEqual([]);
    expect(code).toBe(0);
    expect(await head.fingerprint()).toBe(untouched);
  });

  it.each(looks)('calls out %s', async (_, { chosen, damage, undo }) => {
    const { code, findings } = await checkAfter(damage, undo);
    expect(code).toBe(1);
    for (const finding of wantedOf(chosen)) {
      expect(findings).toContainEqual(finding);
    }
  });

  const isolation = `using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid)`;
  const harmless: [name: string, change: string, undo: string][] = [
    [
      'a nullable column',
      'alter table public.investigations add column note text',
      'alter table public.investigations drop column note',
    ],
    ['an index', 'create index harmless on public.investigations (created_at)', 'drop index public.harmless'],
    ['a comment', `comment on table public.tenants is 'who pays'`, 'comment on table public.tenants is null'],
    [
      'a renamed constraint',
      'alter table public.tenants rename constraint tenants_pkey to renamed',
      'alter table public.tenants rename constraint renamed to tenants_pkey',
    ],
    [
      'a policy created again',
      `drop policy tenant_isolation_policy on public.investigations; create policy tenant_isolation_policy on public.investigations ${isolation} with check ${isolation.slice(6)}`,
      'select 1',
    ],
    [
      'a new table with row security and no grants',
      'create table public.later (tenant_id uuid); alter table public.later enable row level security, force row level security',
      'drop table public.later',
    ],
    [
      'grants in another order',
      'revoke all on public.llm_monthly_costs from app_rw; grant update on public.llm_monthly_costs to app_rw; grant insert on public.llm_monthly_costs to app_rw; grant select on public.llm_monthly_costs to app_rw',
      'select 1',
    ],
  ];

  it(`is silent about ${harmless.map(([name]) => name).join(', ')}`, async () => {
    const { code, verdict } = await checkAfter(
      harmless.map(([, change]) => change).join('; '),
      harmless.map(([, , undo]) => undo).join('; '),
    );
    expect(verdict.reasons).toEqual([]);
    expect(code).toBe(0);
  });
});
