import { expect, it } from 'vitest';

import { about, grant, policy } from '../testing/facts.ts';
import { facts, handmade } from '../testing/mutation-state.ts';
import type { Fact } from '../catalog/fact.ts';
import { onlyChanged } from './changed.ts';
import { mutantsOf } from './operators.ts';

const mutants = mutantsOf(handmade());

/** The operators and objects that are left if head has one fact more than baseline, or one fewer. */
function left(more: Fact, head = [...facts, more], baseline = facts) {
  const chosen = onlyChanged(mutants, baseline, head);
  expect(onlyChanged(mutants, head, baseline)).toEqual(chosen);
  return {
    objects: [...new Set(chosen.map(({ object }) => object))],
    operators: new Set(chosen.map(({ operator }) => operator)),
  };
}

it('leaves nothing where nothing differs', () => {
  expect(onlyChanged(mutants, facts, [...facts].reverse())).toEqual([]);
});

it('leaves the mutants of a table and of its columns when a grant, a policy or a column of it differs', () => {
  for (const more of [
    grant('table', 'public.notes', 'app', 'DELETE'),
    policy('public.notes', 'other', { command: 'ALL', permissive: true, roles: ['PUBLIC'] }),
    grant('column', 'public.notes.id', 'app', 'UPDATE'),
  ]) {
    const { objects, operators } = left(more);
    expect(objects.toSorted()).toEqual(['public.notes', 'public.notes.id']);
    expect(operators).toContain('grant-column');
    expect(operators).toContain('leak-view');
  }
});

it('leaves the mutants of a function, whose arguments are not columns', () => {
  expect(left(grant('function', 'public.count_notes()', 'rw', 'EXECUTE')).objects).toEqual(['public.count_notes()']);
});

it('leaves what is about a role, and no object that it may use, when an attribute, a membership or a setting of it differs', () => {
  for (const more of [
    about('role', 'rw', 'createdb', {}),
    about('setting', 'database', 'work_mem', { value: '1' }, 'rw'),
  ]) {
    const { operators } = left(more);
    expect(operators).toContain('role-attribute');
    expect(operators).toContain('member-inherit');
    expect(operators).not.toContain('grant-table');
    expect(operators).not.toContain('database-setting');
  }
  expect(left(about('setting', 'database', 'search_path', { value: 'public' })).operators).toContain(
    'database-setting',
  );
});
