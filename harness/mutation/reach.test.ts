import { expect, it } from 'vitest';

import type { Fact, FactKind } from '../catalog/fact.ts';
import { contractWith } from '../testing/contract.ts';
import { reachOf } from './reach.ts';

const contract = contractWith(`
tables: { public.notes: {}, public.lists: {}, public.shown: {} }
functions: { public.door(): {} }
`);

const fact = (kind: FactKind, object: string, property: string, detail: Fact['detail'] = {}): Fact => ({
  kind,
  object,
  role: '',
  property,
  detail,
});
const facts = [
  fact('view', 'public.shown', 'view'),
  fact('policy', 'public.lists', 'policy p', { using: 'exists (select from public.notes)' }),
];
const reached = (...added: Fact[]) => {
  const objects = reachOf(contract, facts, { added, removed: [] });
  return objects && [...objects].toSorted();
};
const always = ['public.door()', 'public.shown'];

it.each<[what: string, added: Fact, expected: string[] | undefined]>([
  [
    'a grant on a table: the table, tables whose policies name it, functions and views',
    fact('table', 'public.notes', 'SELECT'),
    [...always, 'public.lists', 'public.notes'],
  ],
  ['a grant on a column: its table', fact('column', 'public.lists.title', 'SELECT'), [...always, 'public.lists']],
  ['a grant on a view: functions and views', fact('view', 'public.shown', 'SELECT'), always],
  ['a view that nobody declared: nothing more', fact('view', 'public.leak', 'owner'), always],
  ['a grant on the database: nothing more', fact('database', 'database', 'CONNECT'), always],
  ['another owner: everything', fact('table', 'public.notes', 'owner'), undefined],
  ['a membership: everything', fact('membership', 'readers', 'member'), undefined],
])('%s', (_, added, expected) => {
  expect(reached(added)).toEqual(expected?.toSorted());
});
