import { expect, it } from 'vitest';

import type { Fact, FactKind } from '../catalog/fact.ts';
import { contractWith } from '../testing/contract.ts';
import { affectedBy } from './affected.ts';

const contract = contractWith(`
tables: { public.notes: {}, public.lists: {}, public.shown: {} }
functions: { public.gateway(): {} }
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
  { ...fact('table', 'public.notes', 'owner'), role: 'admin' },
  { ...fact('membership', 'rw', 'member'), role: 'app' },
  fact('policy', 'public.lists', 'policy p', { using: 'exists (select from public.notes)' }),
];
const reached = (...added: Fact[]) => {
  const { objects } = affectedBy(contract, facts, { added, removed: [] });
  return objects && [...objects].toSorted();
};
const always = ['public.gateway()', 'public.shown'];

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
  ['a membership of a login: everything', { ...fact('membership', 'readers', 'member'), role: 'app' }, undefined],
  ['an attribute of an owner: everything', fact('role', 'admin', 'bypassrls'), undefined],
  ['an attribute of a group that a login is in: everything', fact('role', 'rw', 'bypassrls'), undefined],
  ['an attribute of a role that nobody acts as: functions and views', fact('role', 'ro', 'bypassrls'), always],
  [
    'a membership of a role that nobody acts as: functions and views',
    { ...fact('membership', 'rw', 'member'), role: 'ro' },
    always,
  ],
  ['a schema: everything', fact('schema', 'public', 'USAGE'), undefined],
])('%s', (_, added, expected) => {
  expect(reached(added)).toEqual(expected?.toSorted());
});

it('reaches what migrators make tomorrow where it is about roles, schemas or default privileges, or an event trigger listens', () => {
  const tomorrow = (added: Fact, before = facts) =>
    affectedBy(contract, before, { added: [added], removed: [] }).tomorrow;
  for (const kind of ['role', 'membership', 'schema', 'default-privileges', 'setting', 'database', 'type'] as const) {
    expect(tomorrow(fact(kind, 'x', 'y'))).toBe(true);
  }
  for (const kind of ['table', 'column', 'policy', 'function', 'view', 'sequence', 'trigger'] as const) {
    expect(tomorrow(fact(kind, 'x', 'y'))).toBe(false);
  }
  expect(tomorrow(fact('function', 'x', 'y'), [...facts, fact('event-trigger', 'e', 'owner')])).toBe(true);
});

it('a change that no fact shows may reach anything', () => {
  expect(affectedBy(contract, facts, { added: [], removed: [] })).toEqual({ objects: undefined, tomorrow: true });
});

it('a table whose policy or trigger calls a function is reached by every change: nobody tells what the function looks at', () => {
  const calling = [
    ...facts,
    fact('function', 'public.is_member(text)', 'owner'),
    fact('policy', 'public.lists', 'policy q', { using: 'is_member(team)' }),
    fact('trigger', 'public.notes', 'trigger log', { function: 'public.logged()' }),
  ];
  const members = fact('table', 'public.members', 'SELECT');
  expect([...affectedBy(contract, calling, { added: [members], removed: [] }).objects!]).toEqual(
    expect.arrayContaining(['public.lists', 'public.notes']),
  );
  expect(reached(members)).not.toContain('public.notes');
});
