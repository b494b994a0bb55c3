import { expect, it } from 'vitest';

import { isolationSuite } from './suites.ts';

const isolated = (table: string, hasOthers: boolean) => ({ table, column: 'org', own: '1', hasOthers });

it('damages a table of which another tenant has rows', () => {
  const suite = isolationSuite(3, 'web', [isolated('public.empty', false), isolated('public.notes', true)]);
  expect(suite).toMatchObject({
    stem: '03_isolation_web',
    control: 'alter table public.notes disable row level security;\n',
    suite: expect.stringContaining('public.empty shows no row of another') as string,
  });
});

it('drafts no suite where no damage would show', () => {
  expect(isolationSuite(3, 'web', [isolated('public.empty', false)])).toBeUndefined();
  expect(isolationSuite(3, 'web', [])).toBeUndefined();
});
