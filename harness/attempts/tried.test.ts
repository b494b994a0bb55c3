import { expect, it } from 'vitest';

import type { PositiveControl } from './attempt.ts';
import type { StoppedAt } from './outcome.ts';
import type { Trial } from './trial.ts';
import { attemptOf } from './tried.ts';

const trial: Trial = {
  identity: 'app',
  session: { name: null, identity: 'app', login: 'app', role: null, set: {}, run: [], sees: 'whose' },
  object: 'public.teams',
  command: 'UPDATE',
  access: 'UPDATE',
  context: 'never-set',
  sql: '',
  shown: '',
  rowsOf: undefined,
};

const stopped = (stage: StoppedAt): PositiveControl => ({
  as: 'superuser',
  outcome: 'stopped:23505',
  sqlstate: '23505',
  message: 'duplicate key value',
  rows: 0,
  stage,
});

it('a function that gave no row is executed, whatever stopped its body for the control', () => {
  const call: Trial = { ...trial, command: 'EXECUTE', access: 'EXECUTE', context: 'none' };
  const nothing = { outcome: 'allowed', sqlstate: null, message: null, rows: 0, foreign_rows: 0 } as const;
  expect(attemptOf(call, nothing, stopped('routine')).outcome).toBe('allowed');
});

it.each<[access: string, rows: number, control: number, outcome: string]>([
  ['SELECT', 0, 2, 'hidden'],
  ['UPDATE', 0, 1, 'hidden'],
  ['DELETE', 0, 1, 'hidden'],
  ['EXECUTE', 0, 1, 'hidden'],
  ['SELECT', 1, 2, 'allowed'],
  ['SELECT', 0, 0, 'allowed'],
  ['INSERT', 0, 1, 'allowed'],
])('%s of %i rows where the control saw %i is %s', (access, rows, seen, outcome) => {
  const reply = { outcome: 'allowed', sqlstate: null, message: null, rows, foreign_rows: 0 } as const;
  const control = { as: 'superuser', outcome: 'allowed', sqlstate: null, message: null, rows: seen } as const;
  expect(attemptOf({ ...trial, command: access, access }, reply, control).outcome).toBe(outcome);
});

it.each<[stage: StoppedAt, outcome: string]>([
  ['key', 'hidden'],
  ['foreign-key', 'hidden'],
  ['constraint', 'hidden'],
  ['before-trigger', 'hidden'],
  ['after-trigger', 'hidden'],
])('an UPDATE of no row beside a control that a %s stopped is %s', (stage, outcome) => {
  const nothing = { outcome: 'allowed', sqlstate: null, message: null, rows: 0, foreign_rows: 0 } as const;
  expect(attemptOf(trial, nothing, stopped(stage)).outcome).toBe(outcome);
});
