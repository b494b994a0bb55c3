import { expect, it } from 'vitest';

import { handmade, sqlOf } from '../../test/mutation-state.ts';
import { leaks } from './leaks.ts';

it('reads a guarded table past its guard, for every login', () => {
  const sql = sqlOf(leaks);
  expect(Object.keys(sql)).toEqual(expect.arrayContaining(['view', 'barrier-view', 'materialized-view', 'copy', 'child', 'rule', 'trigger', 'function', 'cascade'].map((how) => `leak-${how}/public.notes/app`)));
  expect(sql['leak-view/public.notes/app']).toBe('create view public.rolecall_mutant as select * from public.notes; grant select on table public.rolecall_mutant to "app";');
  expect(sql).toHaveProperty(['leak-publication/public.notes']);
});

it('leaves a table that nobody guards', () => {
  const state = handmade();
  state.contract.tables['public.notes']!.row_security = 'off';
  expect(Object.keys(sqlOf(leaks, state))).toEqual(['new-sequence/public/app']);
  state.contract.tables['public.notes']!.only_through = ['public.count_notes()'];
  expect(Object.keys(sqlOf(leaks, state))).toContain('leak-view/public.notes/app');
});
