import { expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import { about, member, owner, role, roles } from '../testing/facts.ts';
import { roleKinds } from './role-as-it-is.ts';

const contract = contractWith();
const most = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name) => owner('table', `public.${name}`));

it.each([
  ['owns a SECURITY DEFINER function', [], [owner('function', 'public.f()', 'new'), definer()], 'definer'],
  ['owns a function', [], [owner('function', 'public.f()', 'new')], 'definer'],
  ['has a member', [], [member('new', 'app')], 'group'],
  ['owns a table among many', [], [owner('table', 'public.t', 'new')], 'group'],
  ['logs in', ['login'], [], 'login'],
  ['logs in and owns a table among many', ['login'], [owner('table', 'public.t', 'new')], 'login'],
  ['is a superuser', ['login', 'superuser'], [], 'migrator'],
])('a role that %s is told by that', (_, attributes, facts, kind) => {
  expect(roleKinds([...roles, ...most, ...role('new', ...attributes), ...facts], contract)('new')).toBe(kind);
});

it('a role that owns nearly everything migrates, and any that owns tables where no migrator is known', () => {
  const owned = most.map((fact) => ({ ...fact, role: 'new' }));
  const facts = [...roles, ...role('new', 'login'), ...owned];
  expect(roleKinds(facts, contract)('new')).toBe('migrator');
  const few = [...roles, ...most, ...role('new'), owner('table', 'public.t', 'new')];
  expect(roleKinds(few)('new')).toBe('migrator');
});

function definer() {
  return about('function', 'public.f()', 'security-definer', {});
}
