import { expect, it } from 'vitest';

import type { Fact } from '../catalog/fact.ts';
import { readFacts } from '../catalog/read-facts.ts';
import { classified } from './classify.ts';
import type { ReviewInput } from './review.ts';

const granted = 'grantable=false\tgrantor=boss';
const facts = (...lines: string[]): Fact[] =>
  readFacts(
    [
      ...['app', 'rw', 'boss', 'stranger', 'idle'].map((role) => `role\t${role}\t-\texists`),
      'role\tstranger\t-\tlogin',
      'membership\trw\tapp\tmember\tadmin=false\tgrantor=boss\tinherit=true\tset=true',
      'schema\tpublic\tboss\towner',
      `schema\tpublic\tPUBLIC\tUSAGE\t${granted}`,
      'table\tpublic.t\tboss\towner',
      `table\tpublic.t\trw\tSELECT\t${granted}`,
      ...lines,
    ].join('\n'),
  );
const input: ReviewInput = {
  origin: {} as never,
  identities: [
    { name: 'app', kind: 'login' },
    { name: 'rw', kind: 'group' },
    { name: 'idle', kind: 'group' },
    { name: 'boss', kind: 'migrator' },
  ],
  needs: [{ identity: 'app', object: 'public.t', privilege: 'SELECT', requiredBy: 'app.py' }],
  used: [],
  truth: [],
  findings: [],
};
const rowsOf = (state: Fact[], of: Partial<ReviewInput> = {}) =>
  classified(state, { ...input, ...of }, []).rows.map(
    (row) => `${row.class}: ${row.identity} ${row.privilege} ${row.object} (${row.requiredBy})`,
  );

it('says whose need a row meets, of the group through which it is held too', () => {
  expect(rowsOf(facts())).toEqual(
    expect.arrayContaining([
      'needed: app SELECT public.t (app.py)',
      'needed: rw SELECT public.t (app: app.py)',
      'supporting: PUBLIC USAGE schema public (app: to reach public.t)',
    ]),
  );
});

it('lists orphans first, then what nothing requires', () => {
  const state = facts(`table\tpublic.t\tstranger\tDELETE\t${granted}`, `table\tpublic.t\trw\tDELETE\t${granted}`);
  expect(rowsOf(state).slice(0, 3)).toEqual([
    'orphan: stranger DELETE public.t ()',
    'unused: app DELETE public.t ()',
    'unused: rw DELETE public.t ()',
  ]);
  expect(classified(state, input, []).orphans).toEqual([
    { identity: 'idle', why: 'the contract knows it as group, and no need is met by it or through it', holds: 0 },
    { identity: 'stranger', why: 'the contract does not know it; it can log in', holds: 1 },
  ]);
});

it('does not call unused what a suite declares, nor proven what was only read', () => {
  const state = facts(`table\tpublic.t\trw\tDELETE\t${granted}`);
  const used = [{ identity: 'rw', object: 'public.t', privilege: 'DELETE', by: 'suite', how: '01 #1' } as const];
  const row = classified(state, { ...input, used }, []).rows.find(
    (one) => one.identity === 'rw' && one.privilege === 'DELETE',
  );
  expect(row).toMatchObject({ class: 'needed', proven: 'suite', evidence: '01 #1' });
});

it('lists a column where a grant is by column, which meets a need of the table', () => {
  const state = facts(`column\tpublic.u.c\tapp\tUPDATE\t${granted}`);
  const needs = [{ identity: 'app', object: 'public.u', privilege: 'UPDATE', requiredBy: 'b.py' }];
  expect(rowsOf(state, { needs })).toContain('needed: app UPDATE public.u.c (b.py)');
});

it('comes to the same whatever order the facts are in', () => {
  const state = facts(`table\tpublic.t\tstranger\tDELETE\t${granted}`);
  expect(rowsOf(state.toReversed())).toEqual(rowsOf(state));
});
