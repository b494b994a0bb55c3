import { describe, expect, it } from 'vitest';

import { contextNames, type ContextName } from '../../contract/contract.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import type { Attempt } from '../../attempts/attempt.ts';
import type { Outcome } from '../../attempts/outcome.ts';
import { failClosedMatrix } from './cells.ts';

const contract = contractWith(notes);

function attempt(
  access: string,
  context: string,
  outcome: Outcome,
  rows = 0,
  foreign_rows = 0,
  object = 'public.notes',
): Attempt {
  const key = `attempt/app/${object}/${access}/${context}`;
  return {
    kind: 'attempt',
    key,
    identity: 'app',
    object,
    command: access,
    access,
    context,
    outcome,
    sqlstate: null,
    message: null,
    rows,
    sql: '',
    foreign_rows,
    control: null,
  };
}
const closed = (...attempts: Attempt[]) => failClosedMatrix(contract, attempts).map((cell) => cell.closed);

const ofTenant: readonly ContextName[] = ['own-tenant', 'other-tenant', 'reused-by-other-tenant', 'unknown-tenant'];
const without = contextNames.filter((name) => !ofTenant.includes(name));

describe('an attempt is closed', () => {
  it.each(['denied-by-grant', 'denied-by-rls', 'hidden', 'absent', 'error:22P02', 'error:42704'] as const)(
    'whatever it is and wherever, when it ends as %s',
    (outcome) => {
      for (const context of contextNames) {
        for (const access of ['SELECT', 'INSERT', 'UPDATE', 'DELETE']) {
          expect(closed(attempt(access, context, outcome))).toEqual([true]);
        }
      }
    },
  );

  it.each(['SELECT', 'UPDATE', 'DELETE'])('when %s reached rows of its tenant alone, or none', (access) => {
    for (const context of contextNames) {
      expect([context, ...closed(attempt(access, context, 'allowed', 0, 0))]).toEqual([context, true]);
    }
    for (const context of ofTenant) {
      expect([context, ...closed(attempt(access, context, 'allowed', 3, 0))]).toEqual([context, true]);
    }
  });

  it('when a row of its own is written', () => {
    expect(
      closed(attempt('INSERT', 'own-tenant', 'allowed', 1), attempt('INSERT', 'unknown-tenant', 'allowed', 1)),
    ).toEqual([true, true]);
    expect(
      closed(attempt('INSERT', 'unknown-tenant', 'stopped:23503'), attempt('INSERT', 'own-tenant', 'stopped:23505')),
    ).toEqual([true, true]);
  });

  it('when a constraint stops a change that may have been of its own', () => {
    expect(
      closed(attempt('DELETE', 'own-tenant', 'stopped:23503'), attempt('UPDATE', 'other-tenant', 'stopped:23514')),
    ).toEqual([true, true]);
  });
});

describe('an attempt is open', () => {
  it.each(['SELECT', 'UPDATE', 'DELETE'])('when %s reached a row that is not of its tenant', (access) => {
    for (const context of contextNames) {
      expect([context, ...closed(attempt(access, context, 'allowed', 3, 1))]).toEqual([context, false]);
    }
  });

  it.each([...without, 'other-tenant', 'reused-by-other-tenant'])(
    'when a row of another tenant is written in %s',
    (context) => {
      expect(closed(attempt('INSERT', context, 'allowed', 1))).toEqual([false]);
    },
  );

  it.each([...without, 'other-tenant'])('when only a constraint stopped such a row in %s', (context) => {
    expect(closed(attempt('INSERT', context, 'stopped:23505'), attempt('INSERT', context, 'stopped:23503'))).toEqual([
      false,
      false,
    ]);
  });

  it.each([...without, 'unknown-tenant'])('when only a constraint stopped a change of rows in %s', (context) => {
    expect(closed(attempt('UPDATE', context, 'stopped:23505'), attempt('DELETE', context, 'stopped:23503'))).toEqual([
      false,
      false,
    ]);
  });
});

it('the matrix has attempts on tenant-isolated tables, and no others', () => {
  const others = [attempt('SELECT', 'none', 'allowed', 1, 0, 'public.other'), attempt('UPDATE', 'none', 'allowed', 1)];
  const cells = failClosedMatrix(contract, [...others, attempt('SELECT', 'own-tenant', 'allowed', 2)]);
  expect(cells).toEqual([
    {
      table: 'public.notes',
      command: 'SELECT',
      identity: 'app',
      context: 'own-tenant',
      outcome: 'allowed',
      sqlstate: null,
      message: null,
      rows: 2,
      closed: true,
      control: null,
      closed_to_all: null,
      unproven: null,
      row_unchanged: null,
    },
  ]);
});
