import { expect, it } from 'vitest';

import { about } from '../../testing/facts.ts';
import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { rowSecurity } from './row-security.ts';

it('turns off what is on, and unbinds an owner who would be bound', () => {
  expect(sqlOf(rowSecurity)).toEqual({
    'disable-row-security/public.notes': 'alter table public.notes disable row level security;',
    'no-force/public.notes': 'alter table public.notes no force row level security;',
    'no-force-owner/public.notes/app':
      'alter table public.notes no force row level security; alter table public.notes owner to "app";',
    'no-force-owner/public.notes/rw':
      'alter table public.notes no force row level security; alter table public.notes owner to "rw";',
  });
});

it('turns on what is off', () => {
  const off = facts.map((fact) =>
    fact.property === 'row-security'
      ? about('table', fact.object, 'row-security', { enabled: false, forced: false })
      : fact,
  );
  expect(sqlOf(rowSecurity, handmade({ facts: off }))).toEqual({
    'enable-row-security/public.notes': 'alter table public.notes enable row level security;',
  });
});
