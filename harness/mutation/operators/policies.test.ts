import { expect, it } from 'vitest';

import { policy } from '../../testing/facts.ts';
import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { policies } from './policies.ts';

const withPolicy = (detail: Record<string, string | boolean>) =>
  handmade({
    facts: [
      ...facts.filter(({ kind }) => kind !== 'policy'),
      policy('public.notes', 'mine', { permissive: true, roles: ['PUBLIC'], ...detail }),
    ],
  });

it('opens reading alone, and writing alone', () => {
  const sql = sqlOf(policies);
  expect(sql['using-true/public.notes/mine']).toBe(
    'alter policy "mine" on public.notes using (true) with check ((tenant_id = own()));',
  );
  expect(sql['check-true/public.notes/mine']).toBe('alter policy "mine" on public.notes with check (true);');
});

it('asks its own condition first, for the old one may raise', () => {
  expect(sqlOf(policies)['empty-context/public.notes/mine/check']).toBe(
    `alter policy "mine" on public.notes with check ((pg_catalog.current_setting('app.tenant', true) = '') or ((tenant_id = own())));`,
  );
  expect(sqlOf(policies)['null-rows/public.notes/mine/using']).toContain(
    'using ((tenant_id is null) or ((tenant_id = own())))',
  );
});

it('makes a policy again where it cannot be altered', () => {
  const sql = sqlOf(policies);
  expect(sql['policy-kind/public.notes/mine']).toBe(
    'drop policy "mine" on public.notes; create policy "mine" on public.notes as restrictive for all to public using ((tenant_id = own()));',
  );
  expect(sql['policy-command/public.notes/mine/INSERT']).toContain(
    'for insert to public with check ((tenant_id = own()));',
  );
  expect(sql['policy-command/public.notes/mine/SELECT']).toContain('for select to public using ((tenant_id = own()));');
});

it('gives each command only what it takes', () => {
  const inserts = sqlOf(policies, withPolicy({ command: 'INSERT', check: 'ok' }));
  expect(inserts).not.toHaveProperty(['using-true/public.notes/mine']);
  expect(inserts['policy-command/public.notes/mine/ALL']).toContain('for all to public using (ok) with check (ok);');
  expect(sqlOf(policies, withPolicy({ command: 'DELETE', using: 'ok' }))).not.toHaveProperty([
    'check-true/public.notes/mine',
  ]);
  expect(sqlOf(policies, withPolicy({ command: 'ALL', using: 'true' }))).not.toHaveProperty([
    'using-true/public.notes/mine',
  ]);
});

it('asks one role alone, and adds a policy that is always true', () => {
  const sql = sqlOf(policies);
  expect(Object.keys(sql).filter((id) => id.startsWith('policy-role'))).toEqual([
    'policy-role/public.notes/app/mine',
    'policy-role/public.notes/rw/mine',
  ]);
  expect(sql['add-policy/public.notes/PUBLIC']).toBe(
    'create policy rolecall_mutant on public.notes to public using (true);',
  );
});

it('leaves out one condition of several, and renames the key of a document', () => {
  const sql = sqlOf(
    policies,
    withPolicy({ command: 'ALL', using: `((tenant_id = own()) AND ((claims() ->> 'sub'::text) = body))` }),
  );
  expect(sql['policy-condition/public.notes/mine/using-1']).toBe(
    `alter policy "mine" on public.notes using (((claims() ->> 'sub'::text) = body));`,
  );
  expect(sql['policy-condition/public.notes/mine/using-2']).toBe(
    'alter policy "mine" on public.notes using ((tenant_id = own()));',
  );
  expect(sql['policy-key/public.notes/mine/sub']).toContain(`(claims() ->> 'rolecall_mutant'::text)`);
});

it('asks for each setting of the sessions, and for the column that says whose a row is', () => {
  const { facts: known, ...state } = handmade();
  const sessions = {
    user: { login: 'app', set: { 'app.org': '{org}', 'app.user': '{user}' }, run: [], sees: 'whose' },
  };
  const tenant = { org: 'a', user: 'b' };
  const contract = {
    ...state.contract,
    sessions,
    tenancy: { session: 'user', own: tenant, other: { org: 'c', user: 'd' }, unknown: { org: 'e', user: 'f' } },
    tables: { 'public.notes': { ...state.contract.tables['public.notes']!, rows: { column: 'body', is: 'user' } } },
  } as unknown as typeof state.contract;
  const sql = sqlOf(policies, { ...state, facts: known, contract });
  expect(
    Object.keys(sql)
      .filter((id) => id.startsWith('null-context'))
      .sort(),
  ).toEqual([
    'null-context/public.notes/mine/check-app.org',
    'null-context/public.notes/mine/check-app.user',
    'null-context/public.notes/mine/using-app.org',
    'null-context/public.notes/mine/using-app.user',
  ]);
  expect(sql['null-rows/public.notes/mine/using']).toContain('((body is null) or');
});
