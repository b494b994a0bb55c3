import { expect, it } from 'vitest';

import type { ControlRun } from '../pgtap/run-control.ts';
import { scoreOf } from './score.ts';
import { accepted, found, mutantResult } from './mutant-result.fixture.ts';
import type { MutantResult } from './mutant-result.ts';
import { decideMutation, type MutationBasis } from './verdict.ts';

const green = { status: 'pass', exit_code: 0, reasons: [] } as const;
const killed = mutantResult('a/1', 'killed', { catalog: [found('k')] });
const survivor = mutantResult('a/2', 'survived');

function decide(mutants: MutantResult[], rest: Partial<MutationBasis> = {}) {
  return decideMutation({
    green: { ...green, reasons: [] },
    score: scoreOf(mutants, []),
    tried: mutants,
    controls: [],
    thresholds: { high: 100, low: 90, break: 100 },
    ...rest,
  });
}

it('passes where every mutant was noticed', () => {
  expect(decide([killed])).toEqual({ status: 'pass', exit_code: 0, reasons: [] });
});

it('never passes without a mutant, or without one that counts', () => {
  expect(decide([])).toEqual({ status: 'inconclusive', exit_code: 3, reasons: ['no mutant was made'] });
  expect(decide([mutantResult('a/1', 'equivalent')])).toMatchObject({ status: 'inconclusive', exit_code: 3 });
  expect(decide([mutantResult('a/1', 'survived', {}, { accepted })])).toMatchObject({ status: 'inconclusive' });
});

it('passes without a mutant where there need be none, on a green head alone', () => {
  expect(decide([], { mayBeNone: true })).toEqual({ status: 'pass', exit_code: 0, reasons: [] });
  expect(decide([mutantResult('a/1', 'equivalent')], { mayBeNone: true })).toMatchObject({ status: 'inconclusive' });
  expect(decide([], { mayBeNone: true, green: { status: 'inconclusive', exit_code: 3, reasons: [] } })).toMatchObject({
    status: 'inconclusive',
  });
});

it('does not take an equivalent mutant for a killed one', () => {
  expect(decide([mutantResult('a/1', 'equivalent'), survivor])).toMatchObject({
    status: 'fail',
    reasons: ['0 % of the mutants were noticed, and the contract demands 100 %', 'mutant-survived: a/2'],
  });
});

it('does not count a survivor that is accepted', () => {
  expect(decide([killed, mutantResult('a/2', 'survived', {}, { accepted })])).toMatchObject({ status: 'pass' });
});

it('fails below the threshold and names who survived, and passes on it', () => {
  expect(decide([killed, survivor])).toEqual({
    status: 'fail',
    exit_code: 1,
    reasons: ['50 % of the mutants were noticed, and the contract demands 100 %', 'mutant-survived: a/2'],
  });
  expect(decide([killed, survivor], { thresholds: { high: 100, low: 90, break: 50 } })).toMatchObject({
    status: 'pass',
  });
  expect(decide([killed, survivor], { thresholds: { high: 100, low: 90, break: 50.1 } })).toMatchObject({
    status: 'fail',
  });
});

it('is inconclusive where a mutant could not be made, and a failure is still one beside it', () => {
  const broken = mutantResult('a/3', 'invalid', {}, { notes: ['syntax error (SQLSTATE 42601)'] });
  const reason = 'a/3 could not be made: syntax error (SQLSTATE 42601)';
  expect(decide([killed, broken])).toEqual({ status: 'inconclusive', exit_code: 3, reasons: [reason] });
  expect(decide([killed, survivor, broken])).toMatchObject({
    status: 'fail',
    reasons: [expect.anything(), 'mutant-survived: a/2', reason],
  });
});

it('fails where a suite does not notice its own control', () => {
  const control: ControlRun = { suite: '04_asleep', noticed: false, failed: [], reason: 'no assertion turned red' };
  expect(decide([killed], { controls: [control, { ...control, suite: '01', noticed: true }] })).toEqual({
    status: 'fail',
    exit_code: 1,
    reasons: ['control-unnoticed: 04_asleep'],
  });
});

it('has the verdict of an unbroken head that is not green', () => {
  const reasons = ['undeclared-access: PUBLIC SELECT public.notes'];
  expect(decide([], { green: { status: 'fail', exit_code: 1, reasons } })).toEqual({
    status: 'fail',
    exit_code: 1,
    reasons: ['the unbroken head is not green, so no mutant was tried', ...reasons],
  });
  expect(decide([], { green: { status: 'inconclusive', exit_code: 3, reasons: [] } })).toMatchObject({
    status: 'inconclusive',
    exit_code: 3,
  });
});
