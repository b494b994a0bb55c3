import { expect, it } from 'vitest';

import { attempt, working } from '../testing/observed.ts';
import { withTriggerStages, type Trigger } from './trigger-stages.ts';

const triggers: Trigger[] = [
  { table: 't', function: 'refuse', stage: 'before-trigger' },
  { table: 't', function: 'audit', stage: 'after-trigger' },
  { table: 't', function: 'both', stage: 'after-trigger' },
  { table: 't', function: 'both', stage: 'before-trigger' },
  { table: 't', function: 'Append. "Only"', stage: 'before-trigger' },
];
const raised = (raised_in: string) => ({ sqlstate: 'P0001', raised_in });

it.each([
  ['app INSERT t own-tenant', 'refuse', 'stopped:P0001 before-trigger'],
  ['app INSERT t own-tenant', 'public.audit', 'stopped:P0001 after-trigger'],
  ['app INSERT t own-tenant', 'both', 'stopped:P0001 before-trigger'],
  ['app INSERT t own-tenant', '"Au.dit"."Append. ""Only"""', 'stopped:P0001 before-trigger'],
  ['app INSERT t own-tenant', 'of_a_policy', 'error:P0001 '],
  ['app INSERT other own-tenant', 'refuse', 'error:P0001 '],
  ['app SELECT t own-tenant', 'refuse', 'error:P0001 '],
  ['app EXECUTE f() none', 'f', 'stopped:P0001 routine'],
])('%s raised in %s is %s', (words, name, told) => {
  const { outcome, stage = '' } = withTriggerStages([attempt(words, 'error:P0001', raised(name))], triggers)[0]!;
  expect(`${outcome} ${stage}`).toBe(told);
});

it('tells the control alike', () => {
  const one = attempt('app INSERT t own-tenant', 'denied-by-grant', {
    control: { ...working, outcome: 'error:P0001', ...raised('refuse') },
  });
  expect(withTriggerStages([one], triggers)[0]!.control).toMatchObject({
    outcome: 'stopped:P0001',
    stage: 'before-trigger',
  });
});
