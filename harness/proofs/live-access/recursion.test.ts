import { expect, it } from 'vitest';

import { grant, policy } from '../../testing/facts.ts';
import { attempt } from '../../testing/observed.ts';
import { judgeAttempts } from './judge.ts';
import { judgeRecursion } from './recursion.ts';
import { contractWith } from '../../testing/contract.ts';

const facts = [
  grant('function', 'public.is_member_of(uuid)', 'PUBLIC', 'EXECUTE'),
  policy('public.members', 'own', { using: 'public.is_member_of(org)' }),
  policy('public.orgs', 'own', { using: 'public.is_member_of(id)' }),
  policy('api."Notes"', 'own', { using: '(EXISTS ( SELECT FROM api."Notes"))' }),
];
const deep = (words: string) =>
  attempt(words, 'broken-off', { sqlstate: '54001', message: 'stack depth limit exceeded', raised_in: 'is_member_of' });
const seen = (words: string) =>
  attempt(words, 'error:42P17', {
    sqlstate: '42P17',
    message: 'infinite recursion detected in policy for relation "Notes"',
  });

it('a function that is asked by the policy of the table that it reads is one finding, with all that it ends', () => {
  const attempts = [
    'app SELECT public.members own-tenant',
    'app SELECT public.orgs own-tenant',
    'x DELETE public.orgs never-set',
  ];
  expect(judgeRecursion(attempts.map(deep), facts)).toEqual([
    expect.objectContaining({
      code: 'policy-recurses',
      object: 'public.is_member_of(uuid)',
      message:
        'public.is_member_of(uuid) reads a table whose policy calls it again (policies of public.members and public.orgs call it): 3 statements on public.members and public.orgs ended with: stack depth limit exceeded (SQLSTATE 54001)',
    }),
  ]);
});

it('a policy that reads its own table is one of that table, whatever table was asked, and the declared access that it closes is told as well', () => {
  const attempts = [seen('app SELECT api."Notes" own-tenant'), seen('app SELECT api.tags own-tenant')];
  expect(judgeRecursion(attempts, facts).map(({ object, message }) => `${object}: ${message}`)).toEqual([
    'api."Notes": a policy of api."Notes" reads api."Notes" itself: 2 statements on api."Notes" and api.tags ended with: infinite recursion detected in policy for relation "Notes" (SQLSTATE 42P17)',
  ]);
  const contract = contractWith('tables: { api.tags: { grants: { app: [SELECT] } } }\n');
  expect(judgeAttempts(contract, [seen('app SELECT api.tags none')])).toMatchObject([
    { code: 'unexpected-closed', object: 'api.tags' },
  ]);
});

it('a function that is called and calls itself is not a policy, and without a name from the server it is the table asked', () => {
  const called = attempt('app EXECUTE public.f()', 'broken-off', { sqlstate: '54001', message: 'stack' });
  expect(judgeRecursion([called], facts)).toEqual([]);
  const unnamed = attempt('app SELECT public.t none', 'broken-off', { sqlstate: '54001', message: 'stack' });
  expect(judgeRecursion([unnamed], facts).map(({ object }) => object)).toEqual(['public.t']);
});
