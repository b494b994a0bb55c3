import { expect, test } from 'vitest';

import { mutationReport } from '../mutation-report.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import { mutation, noticed, untried } from './mutation.fixture.ts';
import { mutationView } from './view.ts';

const view = mutationView(mutation);

test('the banner says how many survived, the score and what does not count', () => {
  expect(view.banner).toMatchObject({
    status: { word: 'fail', tone: 'bad' },
    exit_code: 1,
    headline: 'Head can be broken and nothing notices.',
  });
  expect(view.banner.sentence).toBe(
    '2 of 8 mutants survived: 75 % were noticed, and the contract demands 80 %. Not counted: 1 accepted, 1 equivalent, 1 that could not be made.',
  );
  expect(mutationView(noticed).banner).toMatchObject({
    status: { word: 'pass', tone: 'good' },
    headline: 'Whatever was broken, somebody noticed.',
    reasons: [],
  });
  expect(mutationView(untried).banner).toMatchObject({
    status: { word: 'fail' },
    headline: 'The unbroken head is not green.',
  });
});

test('the score has the colour that its thresholds give it', () => {
  const toneOf = (high: number, low: number) =>
    mutationView({ ...mutation, thresholds: { high, low, break: 0 } }).counts[0];
  expect(view.counts[0]).toMatchObject({ n: 75, outOf: ' %', label: 'score', tone: 'warn' });
  expect(toneOf(75, 60)).toMatchObject({ tone: 'good' });
  expect(toneOf(100, 76)).toMatchObject({ tone: 'bad', alarm: true });
  expect(mutationView(untried).counts[0]).toMatchObject({ label: 'survived' });
});

test('every witness alone, then all together', () => {
  expect(view.witnesses.map(({ witness, percent, killed, alone }) => [witness, percent, killed, alone])).toEqual([
    ['pgTAP suites alone', '50 %', 4, '1'],
    ['Live attempts alone', '37.5 %', 3, '0'],
    ['Judgement of the catalog alone', '62.5 %', 5, '1'],
    ['All together', '75 %', 6, ''],
  ]);
});

test('a survivor can be replayed: in a transaction, or with what undoes it', () => {
  const [login, transaction] = view.survivors;
  expect(login).toMatchObject({
    sql: 'alter role app_user createdb;',
    undo: 'alter role app_user nocreatedb;',
    notes: ['04_asleep sql-error: it broke off'],
    again: 'npx rolecall mutate --only role-attribute/app_user/CREATEDB',
  });
  expect(transaction!.sql).toMatch(/^begin;\n[^]*rollback;$/);
  expect(view.survivors).toHaveLength(2);
  expect(view.accepted).toMatchObject([{ id: 'default-privileges/public/app_user', until: '2026-12-31' }]);
});

test('an acceptance that no survivor needs is named', () => {
  expect(view.stale).toEqual([
    'mutation.accepted names gone/*, and no mutant of that name survives: take it out of the contract.',
  ]);
  expect(mutationView({ ...mutation, stale_acceptances: [] }).stale).toEqual([]);
});

test('suites that are blind, or half so, are named', () => {
  expect(view.suites.map(({ suite, sight, control }) => [suite, sight.word, control.word])).toEqual([
    ['01_roles', 'sees', 'noticed'],
    ['02_denied', 'sees', 'noticed'],
    ['03_granted', 'revocations only', 'noticed'],
    ['04_asleep', 'blind', 'not noticed'],
  ]);
  expect(view.blind).toEqual([
    'Blind: 04_asleep noticed none of 11 mutants.',
    'Only asserting what is granted: 03_granted noticed what was taken away, and nothing that was opened, of 11 mutants.',
  ]);
});

test('a run of some mutants only calls no suite blind', () => {
  const part = mutationView({ ...mutation, run: { ...mutation.run, only: "it's*" } });
  expect(part.suites.map(({ sight }) => sight.tone)).toEqual(['good', 'good', 'quiet', 'quiet']);
  expect(part.blind[0]).toBe(
    'KilledBy nothing: 04_asleep noticed none of 11 mutants that were tried, which are not all.',
  );
  expect(part.reproduce.split('\n').at(-1)).toBe(`npx rolecall mutate --topology embedded --pg 16 --only 'it'\\''s*'`);
});

test('where no mutant was tried, no suite is blind', () => {
  const { blind, suites } = mutationView({
    ...untried,
    score: { ...untried.score, suites: [{ suite: '01_roles', killed: 0, alone: 0, kills: 'nothing' }] },
  });
  expect(blind).toEqual([]);
  expect(suites).toMatchObject([{ sight: { word: 'not tried' } }]);
});

test('operators count every mutant once', () => {
  for (const { mutants, killed, survived, accepted, equivalent: unchanged, invalid } of view.operators) {
    expect(killed + survived + accepted + unchanged + invalid).toBe(mutants);
  }
  expect(view.operators.find(({ operator }) => operator === 'role-attribute')).toMatchObject({
    mutants: 2,
    killed: 1,
    survived: 1,
    result: { tone: 'bad' },
  });
});

test('of those who noticed the first three are named and the others counted', () => {
  const grants = view.groups.find(({ operator }) => operator === 'grant-table')!;
  expect(grants.tally).toBe('3 mutants: 3 killed');
  expect(
    grants.mutants.map(({ noticed: by }) => by.map(({ witness, names, more }) => `${witness} ${names} +${more}`)),
  ).toEqual([
    ['pgTAP 02_denied ×2 +0', 'attempts undeclared-access +0', 'catalog undeclared-access +0'],
    ['pgTAP 02_denied +0', 'catalog undeclared-access ×2 +0'],
    ['catalog a, b, c +2'],
  ]);
});

test('an invalid mutant stands before an equivalent one, each with why it proves nothing', () => {
  expect(view.troubles.map(({ id, status }) => [id, status.word])).toEqual([
    ['search-path/public.f()/', 'invalid'],
    ['using-true/public.notes/q', 'equivalent'],
  ]);
});

test('how fast it was follows from the mutants and the time', () => {
  expect(view.run_facts.find(({ label }) => label === 'Took')!.value).toBe(
    '8.0 s, 1.4 mutants a second with all that was built for them',
  );
});

test('where no grant was taken away, none is said to be in use', () => {
  const { run, suites, green, controls } = noticed;
  const none = mutationReport(
    contractWith(notes),
    { run, suites, green, controls, mutants: noticed.mutants.filter(({ operator }) => operator !== 'revoke') },
    '2026-01-21',
  );
  expect(mutationView(none).no_unused).toBe('None was looked for: no grant was taken away.');
});
