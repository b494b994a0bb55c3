import { describe, expect, it } from 'vitest';

import { seedColumn } from './seed-column.fixture.ts';
import type { TableColumns } from './tables.ts';
import { unguardedChildren } from './unguarded-children.ts';

const table = (name: string, keys: Record<string, string> = {}, required = true): [string, TableColumns] => [
  name,
  {
    table: name,
    columns: ['id', ...Object.keys(keys)].map((one) => seedColumn(one, 'uuid', { required })),
    uniqueColumns: ['id'],
    foreignKeys: Object.entries(keys).map(([column, parent]) => ({
      columns: [column],
      parent,
      parent_columns: ['id'],
    })),
    checks: [],
    partitionCondition: null,
    onInsert: [],
  },
];

const people = { own: { user: 'a' }, other: { user: 'b' }, unknown: { user: 'c' } };

function childrenOf(...columns: [string, TableColumns][]) {
  const all = new Map([table('auth.users'), table('public.profiles', { id: 'auth.users' }), ...columns]);
  const secured = new Set(['auth.users', 'public.profiles']);
  return unguardedChildren(
    Object.fromEntries(
      [...all.keys()].map((name) => [name, secured.has(name) ? { row_security: 'enabled' as const } : {}]),
    ),
    all,
    {
      tenancy: people,
      rows: new Map([['public.profiles', { rows: { column: 'id', is: 'user' } }]]),
      tenantColumns: new Map([['public.profiles', new Map([['id', 'user']])]]),
    },
    new Map(columns.map(([name]) => [name, new Set(['anon', 'authenticated'])])),
  );
}

describe('tables without row security that hang on those of tenants', () => {
  it('belong to the person whom a key names, though nothing says whose the rows of its parent are', () => {
    const { rows, unsure } = childrenOf(table('public.notes', { author: 'auth.users' }));
    expect([...rows]).toEqual([['public.notes', { rows: { column: 'author', is: 'user' } }]]);
    expect(unsure).toEqual([
      'public.notes has no row-level security and refers by author to auth.users, whose rows are tenants’: anon and authenticated may read everybody’s. Enable it in a migration (the draft says `rows: { column: author, is: user }`), or say `rows: all`.',
    ]);
  });

  it('belong by a key that may be null to nobody for certain', () => {
    const { rows, unsure } = childrenOf(table('public.tags', { made_by: 'public.profiles' }, false));
    expect([...rows]).toEqual([]);
    expect(unsure).toEqual([expect.stringContaining('and write `rows: { column: made_by, is: user }`, if it is so')]);
  });

  it('are followed to their children in a circle, and are not what others look up', () => {
    const { rows } = childrenOf(
      table('public.a', { profile: 'public.profiles', b: 'public.b', kind: 'public.kinds' }),
      table('public.b', { a: 'public.a' }),
      table('public.kinds'),
      table('public.replies', { parent: 'public.replies' }),
    );
    expect([...rows.keys()].toSorted()).toEqual(['public.a', 'public.b']);
  });
});
