import { expect, it } from 'vitest';

import { role } from '../../testing/facts.ts';
import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { ownership } from './ownership.ts';

it('gives every object to everybody but its owner, and a sequence of a column to nobody', () => {
  const sql = sqlOf(ownership);
  expect(Object.keys(sql)).toEqual(
    [
      'table/public.notes',
      'function/public.count_notes()',
      'schema/public',
      'sequence/public.free',
      'database/database',
    ].flatMap((of) => {
      const [kind, object] = of.split('/');
      return [`${kind!}-owner/${object!}/app`, `${kind!}-owner/${object!}/rw`];
    }),
  );
  expect(sql['function-owner/public.count_notes()/app']).toBe('alter routine public.count_notes() owner to "app";');
  expect(sql['database-owner/database/app']).toContain(`'alter database %I owner to "app"'`);
});

it('gives no object to whom the contract lets own it, and one whose owner it names to the other migrators too', () => {
  const state = handmade({ facts: [...facts, ...role('second')] });
  const { identities, tables } = state.contract;
  identities['second'] = identities['admin']!;
  tables['public.notes']!.owner = 'admin';
  expect(Object.keys(sqlOf(ownership, state)).filter((id) => id.endsWith('/second'))).toEqual([
    'table-owner/public.notes/second',
  ]);
});
