import { expect, it } from 'vitest';

import { unprovenLines, withAcceptedUnproven, type Unproven } from './unproven.ts';

const one = (access: string, object = 'public.notes', rest: Partial<Unproven> = {}): Unproven => ({
  phase: 'head',
  object,
  identity: 'app',
  access,
  reason: 'there is no row of tenancy.other to hide',
  ...rest,
});

it('one cause is one line, however often it was met, with who, what and how often', () => {
  const all = [...Array.from({ length: 60 }, () => one('SELECT')), one('UPDATE'), one('', '', { reason: 'another' })];
  expect(unprovenLines(all)).toEqual([
    'head: public.notes: there is no row of tenancy.other to hide (app SELECT and UPDATE, 61 attempts)',
    'head: : another (app)',
  ]);
});

it('many objects are named by the first of them', () => {
  const all = Array.from({ length: 9 }, (_, index) => one('SELECT', `public.t${index}`));
  expect(unprovenLines(all)).toEqual([
    'head: public.t0, public.t1, public.t2, public.t3 and 5 others: there is no row of tenancy.other to hide (app SELECT, 9 attempts)',
  ]);
});

it('what the contract accepts is in no line until its day has passed', () => {
  const acceptances = [{ code: 'unproven', object: 'public.n*', reason: 'seeded later', until: '2030-06-30' }];
  const all = [one('SELECT'), one('SELECT', 'public.other')];
  const on = (today: string) => withAcceptedUnproven(all, acceptances, today);
  expect(on('2030-06-30').map(({ accepted }) => accepted)).toEqual([
    { reason: 'seeded later', until: '2030-06-30' },
    undefined,
  ]);
  expect([unprovenLines(on('2030-06-30')), unprovenLines(on('2030-07-01'))]).toEqual([
    ['head: public.other: there is no row of tenancy.other to hide (app SELECT)'],
    ['head: public.notes and public.other: there is no row of tenancy.other to hide (app SELECT, 2 attempts)'],
  ]);
});
