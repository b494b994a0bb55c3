import { expect, it } from 'vitest';

import { contractWith, notes } from '../testing/contract.ts';
import { mutationJson, mutationReport, type MutationSeen } from './mutation-report.ts';
import { accepted, found, mutantResult } from './mutant-result.fixture.ts';

const contract = contractWith(`${notes}
mutation:
  thresholds: { high: 100, low: 50, break: 60 }
  accepted: [{ mutant: "grant/*/app", reason: known, until: 2026-12-31 }]
`);
const run = { only: null, shard: null } as MutationSeen['run'];
const seen = (...mutants: MutationSeen['mutants']): MutationSeen => ({
  run,
  suites: ['01'],
  green: { status: 'pass', exit_code: 0, reasons: [] },
  controls: [],
  mutants,
});
const killed = mutantResult('grant/public.notes/rw', 'killed', { catalog: [found('k')] });
const survivor = mutantResult('grant/public.notes/app', 'survived');

it('accepts what the contract accepts, up to and with its last day', () => {
  const report = mutationReport(contract, seen(killed, survivor), '2026-12-31');
  expect(report.mutants[1]!.accepted).toEqual({ reason: 'known', until: '2026-12-31' });
  expect(report.score).toMatchObject({ survived: 0, accepted: 1, percent: 100 });
  expect(report.verdict.status).toBe('pass');
});

it('counts a survivor whose acceptance has run out, also one that a part was written with', () => {
  for (const survived of [survivor, mutantResult('grant/public.notes/app', 'survived', {}, { accepted })]) {
    const report = mutationReport(contract, seen(killed, survived), '2027-01-01');
    expect(report.mutants[1]).not.toHaveProperty('accepted');
    expect(report.score).toMatchObject({ survived: 1, accepted: 0, percent: 50 });
    expect(report.verdict).toMatchObject({
      status: 'fail',
      reasons: [expect.stringContaining('50 %'), 'mutant-survived: grant/public.notes/app'],
    });
  }
});

it('accepts only survivors, and only those that are named', () => {
  const report = mutationReport(
    contract,
    seen(
      mutantResult('grant/a/app', 'killed', { catalog: [found('k')] }),
      mutantResult('grant/b/app', 'equivalent'),
      mutantResult('grant/c/other', 'survived'),
    ),
    '2026-01-01',
  );
  expect(report.mutants.every((one) => one.accepted === undefined)).toBe(true);
});

it('has the observations, the thresholds of the contract and the unused grants', () => {
  const report = mutationReport(
    contract,
    seen(mutantResult('revoke/public.notes/rw', 'killed', { catalog: [found('k')] })),
    '2026-01-01',
  );
  expect(report).toMatchObject({
    schema_version: 2,
    run,
    suites: ['01'],
    thresholds: { high: 100, low: 50, break: 60 },
    unused_grants: [{ mutant: 'revoke/public.notes/rw' }],
  });
});

it('names acceptances that no survivor of a whole run needs', () => {
  const stale = (change: Partial<MutationSeen['run']>, ...mutants: MutationSeen['mutants']) =>
    mutationReport(contract, { ...seen(...mutants), run: { ...run, ...change } }, '2026-01-01').stale_acceptances.map(
      ({ mutant }) => mutant,
    );
  expect(stale({}, killed)).toEqual(['grant/*/app']);
  expect(stale({}, killed, mutantResult('grant/public.notes/app', 'killed', { catalog: [found('k')] }))).toEqual([
    'grant/*/app',
  ]);
  expect(stale({}, killed, survivor)).toEqual([]);
  // If a mutant could not be made, nobody knows whether it would survive.
  expect(stale({}, killed, mutantResult('grant/public.notes/app', 'invalid'))).toEqual([]);
  expect(stale({ only: 'grant' }, killed)).toEqual([]);
  expect(stale({ shard: { index: 1, of: 2 } }, killed)).toEqual([]);
  expect(stale({})).toEqual([]);
});

it('is written as JSON with a mutant a line, and read as it was', () => {
  for (const mutants of [[], [killed], [killed, survivor]]) {
    const report = mutationReport(contract, seen(...mutants), '2026-01-01');
    const text = mutationJson(report);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(report)));
    expect(text.split('\n').filter((line) => line.startsWith('    {"id":'))).toHaveLength(mutants.length);
  }
});
