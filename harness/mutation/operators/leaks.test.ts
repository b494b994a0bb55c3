import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { grant } from '../../testing/facts.ts';
import { definitions, facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { leaks } from './leaks.ts';

it('reads a guarded table past its guard, for every login', () => {
  const sql = sqlOf(leaks);
  expect(Object.keys(sql)).toEqual(
    expect.arrayContaining(
      ['view', 'barrier-view', 'materialized-view', 'copy', 'child', 'rule', 'trigger', 'function', 'cascade'].map(
        (how) => `leak-${how}/public.notes/app`,
      ),
    ),
  );
  expect(sql['leak-view/public.notes/app']).toBe(
    'create view public.rolecall_mutant as select * from public.notes; grant select on table public.rolecall_mutant to "app";',
  );
  expect(sql).toHaveProperty(['leak-publication/public.notes']);
});

it('leaves a table that nobody guards', () => {
  const state = handmade();
  state.contract.tables['public.notes']!.row_security = 'off';
  expect(Object.keys(sqlOf(leaks, state))).toEqual(['new-sequence/public/app']);
  state.contract.tables['public.notes']!.only_through = ['public.count_notes()'];
  expect(Object.keys(sqlOf(leaks, state))).toContain('leak-view/public.notes/app');
});

it('leaves a role that may not use the schema: what it is given there it cannot reach', () => {
  const shut = facts.filter(({ kind, property }) => !(kind === 'schema' && property === 'USAGE'));
  const hasLeaks = (...more: Fact[]) =>
    Object.keys(sqlOf(leaks, handmade({ facts: [...shut, ...more] }))).includes('leak-copy/public.notes/app');
  expect([hasLeaks(), hasLeaks(grant('schema', 'public', 'rw', 'USAGE'))]).toEqual([false, true]);
});

describe('a partitioned table', () => {
  const partitioned = (partitions: { room: string | null; leaves: string[] }, ...more: Fact[]) => {
    const tables = definitions.tables.map((table) => ({ ...table, kind: 'partitioned' as const, partitions }));
    const state = handmade({ facts: [...facts, ...more], definitions: { ...definitions, tables } });
    return Object.fromEntries(Object.entries(sqlOf(leaks, state)).filter(([id]) => /partition|child/.test(id)));
  };

  it('gets one more partition, which has no row security, where there is room for it', () => {
    expect(partitioned({ room: 'default', leaves: [] })).toEqual({
      'leak-partition/public.notes/app':
        'create table public.rolecall_mutant partition of public.notes default; grant select on table public.rolecall_mutant to "app";',
    });
  });

  it('loses the row security of a partition it has, of which a login may read nothing', () => {
    const bare = {
      'bare-partition/public.notes/app':
        'alter table public.n_2 disable row level security; grant select on table public.n_2 to "app";',
    };
    expect(
      partitioned({ room: null, leaves: ['public.n_1', 'public.n_2'] }, grant('table', 'public.n_1', 'app', 'SELECT')),
    ).toEqual(bare);
  });

  it('is left where neither can be done', () => {
    expect(partitioned({ room: null, leaves: [] })).toEqual({});
  });
});
