import { expect, it } from 'vitest';

import { mutantOf, sqlOf } from '../../testing/mutation-state.ts';
import { keys } from './keys.ts';

it('makes a tenant’s key unique among all tenants, where rows allow it', () => {
  expect(sqlOf(keys)).toEqual({
    'narrow-key/public.notes/notes_key': 'alter table public.notes add constraint rolecall_mutant unique (body);',
  });
});

it('says what it changes, since a unique key is not a fact', () => {
  expect(mutantOf(keys, 'narrow-key/public.notes/notes_key')!.shown_by).toContain(
    `i.indrelid = 'public.notes'::pg_catalog.regclass`,
  );
});
