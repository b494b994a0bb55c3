import { expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, owner } from '../../testing/facts.ts';
import { attempt } from '../../testing/observed.ts';
import { judgeAttempts } from './judge.ts';

const contract = contractWith(`tables:
  api.revenue: { grants: { rw: [SELECT] } }
  api.bills: { grants: { rw: [SELECT] } }
  api.invoices: { grants: { rw: [SELECT] } }
  api.accounts: {}
functions: { api.slug(text): { grants: { app: [EXECUTE] } } }
`);
const view = (name: string, reads: string, security_invoker: boolean) => [
  owner('view', name),
  about('view', name, 'view', { reads, security_invoker }),
];
const facts: Fact[] = [
  ...view('api.revenue', 'api.invoices, api.accounts', true),
  ...view('api.bills', 'api.invoices', false),
  owner('table', 'api.invoices'),
  owner('table', 'old.invoices'),
  owner('table', 'api.accounts'),
  owner('function', 'api.slug(text)', 'rw'),
];
const definer = about('function', 'api.slug(text)', 'security-definer', {});

function remedy(words: string, denied: string, more: readonly Fact[] = []): string {
  const message = `permission denied for ${denied}`;
  const tried = attempt(words, 'denied-by-grant', { sqlstate: '42501', message });
  return judgeAttempts(contract, [tried], [], [...facts, ...more])[0]!.remedy;
}

it.each([
  [
    'what the contract gives the reader of a view on the table below',
    remedy('app SELECT api.revenue', 'table invoices'),
    'GRANT SELECT ON TABLE api.invoices TO "rw";',
  ],
  [
    'what it gives nobody, in words',
    remedy('app SELECT api.revenue', 'table accounts'),
    'The view api.revenue reads api.accounts as app, which lacks SELECT there: grant it, in a migration and in the contract.',
  ],
  [
    'who reads through a view of its owner',
    remedy('app SELECT api.bills', 'table invoices'),
    'The view api.bills reads api.invoices as admin, which lacks SELECT there: grant it, in a migration and in the contract.',
  ],
  [
    'as whom a body runs, and on which table it is refused',
    remedy('app EXECUTE api.slug(text)', 'table accounts', [definer]),
    'The body of api.slug(text) runs as rw, which lacks a privilege on api.accounts: grant what the body does there, in a migration and in the contract.',
  ],
  [
    'a body that runs as its caller, and a name that several tables have',
    remedy('app EXECUTE api.slug(text)', 'table invoices'),
    'The body of api.slug(text) runs as app, which lacks a privilege on one of api.invoices and old.invoices: grant what the body does there, in a migration and in the contract.',
  ],
  [
    'the object itself as before',
    remedy('app SELECT api.revenue', 'view revenue'),
    'GRANT SELECT ON TABLE api.revenue TO "rw";',
  ],
])('a refusal inside names %s', (_, given, expected) => {
  expect(given).toBe(expected);
});
