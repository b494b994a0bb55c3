import { expect, it } from 'vitest';

import { definitions, facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { functions } from './functions.ts';

it('breaks a function that runs as its owner', () => {
  expect(sqlOf(functions)).toEqual({
    'security-invoker/public.count_notes()': 'alter routine public.count_notes() security invoker;',
    'search-path-reset/public.count_notes()': 'alter routine public.count_notes() reset search_path;',
    'search-path-writable/public.count_notes()':
      'alter routine public.count_notes() set search_path = pg_temp, public;',
    'widen-body/public.count_notes()': `${definitions.functions[0]!.widened!};`,
    'leakproof/public.count_notes()': 'alter function public.count_notes() leakproof;',
  });
});

it('makes one that runs as its caller run as its owner, and nothing more that facts would not tell', () => {
  const invoker = handmade({ facts: facts.filter(({ property }) => property !== 'security-definer') });
  expect(sqlOf(functions, invoker)).toEqual({
    'security-definer/public.count_notes()': 'alter routine public.count_notes() security definer;',
  });
});
