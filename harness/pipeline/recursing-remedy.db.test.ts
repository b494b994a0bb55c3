import { afterAll, beforeAll, expect, it } from 'vitest';

import type { BuiltPhase } from '../attempts/built-phase.ts';
import { isOutOfStack } from '../attempts/recursion.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { buildSmallHead } from '../testing/small-head.ts';
import { openDamaged } from './open-damaged.ts';
import type { Project } from './project.ts';

const { signal } = new AbortController();

let server: TestServer;
let project: Project;
let built: BuiltPhase;
beforeAll(async () => {
  server = await startTestServer();
  // Whose members asks the members: by its owner's rights, and so past their policy.
  ({ project, built } = await buildSmallHead(
    server,
    {
      'db/contract.yaml': (text) =>
        `${text.replace('public.orders: { ', `public.orders: { row_security: enabled, policies: { mine: { using: "public.is_mine(tenant)" } }, `)}
tenancy: { setting: app.tenant, column: tenant, own: a, other: b, unknown: u, invalid: x }
seeds: seeds
functions: { public.depth(): { grants: { PUBLIC: [EXECUTE] } } }
`,
      'db/seeds/1_orders.sql': `insert into public.orders (tenant, item) values ('a', 'x'), ('b', 'y');\n`,
      'db/migrations/1_tables.sql': `
create table public.orders (id uuid primary key default gen_random_uuid(), tenant text not null, item text not null);
alter table public.orders enable row level security;
create function public.is_mine(whose text) returns boolean language sql stable security definer set search_path = public, pg_temp
as $$ select exists (select from orders o where o.tenant = whose and whose = nullif(current_setting('app.tenant', true), '')) $$;
create function public.depth() returns text language plpgsql as $$ begin raise '%', current_setting('max_stack_depth'); end $$;
create policy mine on public.orders using (public.is_mine(tenant));
`,
    },
    signal,
  ));
});
afterAll(() => server.stop());

it('a change by which a policy asks itself is seen, in each session that stands for a login, at a depth that is soon reached', async () => {
  const { head, before } = await openDamaged(built, project, signal, () => Promise.resolve({}));
  try {
    expect(before.attempts.filter(isOutOfStack)).toEqual([]);
    const change = 'ALTER FUNCTION public.is_mine(text) SECURITY INVOKER;';
    const { attempts } = await head.see(change, await head.factsWith(change));
    const out = attempts.filter(isOutOfStack);
    expect(new Set(out.map(({ object, context }) => `${object} ${context}`))).toContain('public.orders own-tenant');
    const depths = attempts.filter(({ object }) => object === 'public.depth()').map(({ message }) => message);
    expect(new Set(depths)).toEqual(new Set(['256kB']));
  } finally {
    await head.close();
  }
});
