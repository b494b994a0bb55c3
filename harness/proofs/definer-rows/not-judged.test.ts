import { expect, it } from 'vitest';

import { effectiveAccess } from '../../catalog/access/effective-access.ts';
import type { Fact } from '../../catalog/fact.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, grant, owner, publicSchema, roles } from '../../testing/facts.ts';
import type { TenantArgument } from '../tenant-argument/observe.ts';
import { definersNotJudged } from './not-judged.ts';
import type { DefinerRows } from './observe.ts';

const tenancy = 'tenancy: { setting: app.tenant, column: org, own: a, other: b, unknown: u }';
const answered = { outcome: 'allowed', sqlstate: null, message: null, rows: 0 } as const;
const given = (name: string): DefinerRows => ({
  ...answered,
  function: `public.${name}`,
  identity: 'app',
  is_for_all: false,
  foreign_rows: 0,
  sql: '',
});
const named = (name: string, differs: Partial<TenantArgument> = {}): TenantArgument => ({
  function: `public.${name}`,
  identity: 'app',
  place: 1,
  is_declared: false,
  sql: '',
  own: answered,
  other: answered,
  unknown: answered,
  own_differs: false,
  other_differs: false,
  ...differs,
});
const definer = (name: string, detail: Fact['detail'] = { returns: 'text' }, who = 'app'): Fact[] => [
  owner('function', `public.${name}`),
  about('function', `public.${name}`, 'security-definer', detail),
  grant('function', `public.${name}`, who, 'EXECUTE'),
];

function notJudged(
  functions: readonly Fact[],
  { rest = tenancy, rows = [] as DefinerRows[], told = [] as TenantArgument[] } = {},
): string[] {
  const facts = [...roles, ...publicSchema, ...functions];
  const access = effectiveAccess(facts, ['app', 'PUBLIC']);
  const state = { facts, access, database: 'd', connectedAs: 'postgres', toolSchemaIntact: true };
  return definersNotJudged(contractWith(rest), { state, definerRows: rows, tenantArguments: told });
}

it('are those that a tenant’s login may call and whose calls showed nothing', () => {
  const functions = ['rows()', 'told(text)', 'open(text)', 'same(text)', 'declared(text)', 'secret(text)'];
  expect(
    notJudged(
      functions.flatMap((name) => definer(name)),
      {
        rows: [given('rows()')],
        told: [
          named('told(text)', { own_differs: true }),
          named('open(text)', { other_differs: true }),
          named('same(text)'),
          named('declared(text)', { is_declared: true }),
        ],
      },
    ),
  ).toEqual(['public.same(text)', 'public.secret(text)']);
});

it('are not those that nobody can call, nor those of an extension, nor those that the contract says are for all', () => {
  const functions = [
    ...definer('others()', { returns: 'text' }, 'admin'),
    ...definer('fired()', { returns: 'trigger' }),
    ...definer('noticed()', { returns: 'event_trigger' }),
    ...definer('brought()', { returns: 'text', extension: 'x' }),
    ...definer('for_all()'),
    ...definer('way()'),
    ...definer('writes()', { returns: 'void' }),
    ...definer('procedure()', {}),
    owner('function', 'public.invoker()'),
    grant('function', 'public.invoker()', 'app', 'EXECUTE'),
  ];
  const rest = `${tenancy}
functions: { public.for_all(): { security: definer, rows: all }, public.way(): { security: definer } }
tables: { public.t: { only_through: [public.way()] } }
`;
  expect(notJudged(functions, { rest })).toEqual(['public.procedure()', 'public.writes()']);
});

it('are none where there are no tenants', () => {
  expect(notJudged(definer('secret(text)'), { rest: '' })).toEqual([]);
});
