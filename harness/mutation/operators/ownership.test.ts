import { expect, it } from 'vitest';

import { sqlOf } from '../../testing/mutation-state.ts';
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
