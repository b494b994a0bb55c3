import { expect, it } from 'vitest';

import { facts, handmade } from '../testing/mutation-state.ts';
import { mutantsBy, mutantsOf, operators } from './operators.ts';

it('gives sorted ids that name their operator, each once', () => {
  const mutants = mutantsOf(handmade());
  const ids = mutants.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort());
  expect(mutants.filter(({ id, operator }) => !id.startsWith(`${operator}/`))).toEqual([]);
  expect(new Set(operators.map(({ name }) => name)).size).toBe(operators.length);
});

it('gives the same mutants whatever the order of the facts, and only database settings for an empty state', () => {
  expect(mutantsOf(handmade({ facts: [...facts].reverse() }))).toEqual(mutantsOf(handmade()));
  const empty = mutantsOf(handmade({ facts: [], definitions: { functions: [], tables: [], columnSequences: [] } }));
  expect(new Set(empty.map(({ operator }) => operator))).toEqual(new Set(['database-setting']));
});

it('says of each mutant for a real login how to put back what it commits, and of no other', () => {
  expect(
    mutantsOf(handmade()).filter(({ isolation, undo }) => (isolation === 'login') !== (undo !== undefined)),
  ).toEqual([]);
});

it("builds a mutant's id from operator, object, role and details", () => {
  const operator = {
    name: 'by-hand',
    about: 'Breaks something.',
    changes: () => [
      { object: 'public.t', identity: 'app', details: ['x', ''], description: 'Broken.', sql: 'select 1;' },
      { identity: 'app', description: 'Broken.', sql: 'select 1;', undo: 'select 2;', narrowing: true },
    ],
  };
  const common = { operator: 'by-hand', identity: 'app', description: 'Broken.', sql: 'select 1;' };
  expect(mutantsBy(operator, handmade())).toEqual([
    { ...common, id: 'by-hand/public.t/app/x', object: 'public.t', isolation: 'transaction' },
    { ...common, id: 'by-hand/app', object: 'app', isolation: 'login', undo: 'select 2;', narrowing: true },
  ]);
});
