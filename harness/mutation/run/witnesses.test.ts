import { expect, it } from 'vitest';

import { contractWith } from '../../testing/contract.ts';
import { grant, owner, publicSchema, roles } from '../../testing/facts.ts';
import { assertion, attempt, suite } from '../../testing/observed.ts';
import { found, red } from '../mutant-result.fixture.ts';
import { beyond } from '../mutant-result.ts';
import { contractedAccess } from '../../proofs/closed-world/judge.ts';
import type { Attempt } from '../../attempts/attempt.ts';
import type { Fact } from '../../catalog/fact.ts';
import type { SuiteRun } from '../../pgtap/suite-run.ts';
import type { Seen } from '../../proofs/observations.ts';
import { brokenOff, witnessed } from './witnesses.ts';

const day = '2026-01-01';
const contract = contractWith(`
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables: { public.t: { grants: { rw: [SELECT] } } }
accepted: [{ code: undeclared-access, object: public.t, access: TRUNCATE, reason: known, until: 2999-12-31 }]
`);

function seen(change: { facts?: Fact[]; attempts?: Attempt[]; suites?: SuiteRun[] } = {}): Seen {
  const facts = [
    ...roles,
    ...publicSchema,
    owner('table', 'public.t'),
    grant('table', 'public.t', 'rw', 'SELECT'),
    ...(change.facts ?? []),
  ];
  return {
    state: {
      facts,
      access: contractedAccess(contract, facts),
      database: 'head',
      connectedAs: 'admin',
      toolSchemaIntact: true,
    },
    bypass: [],
    answers: [],
    future: [],
    attempts: change.attempts ?? [],
    onlyPaths: [],
    oracles: [],
    tenantArguments: [],
    definerRows: [],
    suites: { suites: change.suites ?? [], controls: [], notSeen: [] },
  };
}

it('tells what each witness says against a state, and each thing once', () => {
  expect(witnessed(contract, seen(), day)).toEqual({ pgtap: [], attempt: [], catalog: [] });
  const {
    pgtap,
    attempt: tried,
    catalog,
  } = witnessed(
    contract,
    seen({
      facts: [grant('table', 'public.t', 'rw', 'DELETE')],
      attempts: [attempt('app DELETE public.t', 'allowed'), attempt('app DELETE public.t', 'allowed')],
      suites: [
        suite('01_denied', [
          assertion(1, 'reads'),
          assertion(2, 'cannot delete', 'not-ok'),
          assertion(3, 'later', 'todo'),
        ]),
      ],
    }),
    day,
  );
  expect(pgtap).toEqual([red('01_denied', 2, 'cannot delete')]);
  expect(tried).toEqual([found('undeclared-access', 'public.t', 'app', 'DELETE')]);
  expect(catalog).toContainEqual(found('undeclared-access', 'public.t', 'app', 'DELETE'));
});

it('is told nothing by a finding that the contract accepts', () => {
  expect(
    witnessed(contract, seen({ facts: [grant('table', 'public.t', 'rw', 'TRUNCATE')] }), day).catalog.filter(
      ({ code }) => code === 'undeclared-access',
    ),
  ).toEqual([]);
});

it('is told nothing by a suite that broke off, which is named instead', () => {
  const suites = [
    suite('01', [assertion(1, 'a', 'not-ok')], { status: 'sql-error', reason: 'no such table' }),
    suite('02'),
    suite('03', [], { status: 'no-tests', reason: null }),
  ];
  expect(witnessed(contract, seen({ suites }), day).pgtap).toEqual([]);
  expect(brokenOff(suites)).toEqual(['01 sql-error: no such table', '03 no-tests: ']);
});

it('leaves out what is said of the unbroken head, witness by witness', () => {
  const green = { pgtap: [red('s', 1, 'a')], attempt: [], catalog: [found('k')] };
  expect(
    beyond(green, { pgtap: [red('s', 1, 'a'), red('s', 2, 'b')], attempt: [found('k')], catalog: [found('k')] }),
  ).toEqual({
    pgtap: [red('s', 2, 'b')],
    attempt: [found('k')],
    catalog: [],
  });
});
