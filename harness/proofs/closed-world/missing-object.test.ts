import { expect, it } from 'vitest';

import { contractWith } from '../../testing/contract.ts';
import { owner, publicSchema, roles } from '../../testing/facts.ts';
import { contractedAccess, judgeAccess } from './judge.ts';

it.each([
  ['public."Order"', 'public."order"', 'The server prints it as public."Order": write it so in the contract.'],
  [
    'public.search(text,text[])',
    'public.search(text)',
    'The server prints it as public.search(text,text[]): write it so in the contract.',
  ],
  ['public.t', 'public.other', 'Create it in a migration, or take it out of the contract.'],
])('says of a name that is not there which one is: %s for %s', (there, written, remedy) => {
  const isFunction = written.includes('(');
  const wrong = contractWith(`${isFunction ? 'functions' : 'tables'}: { '${written}': {} }`);
  const facts = [...roles, ...publicSchema, owner(isFunction ? 'function' : 'table', there)];
  expect(
    judgeAccess(wrong, facts, contractedAccess(wrong, facts), 'live')
      .filter(({ code }) => code === 'missing-object')
      .map((one) => one.remedy),
  ).toEqual([remedy]);
});
