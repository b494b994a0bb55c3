import { expect } from 'vitest';

import type { FailClosedCell } from '../proofs/fail-closed/cells.ts';

/** Hand-measured results for the four LLM tables: outcomes of SELECT, INSERT, UPDATE (if granted) and DELETE, by context. */
export type MeasuredMatrix = Record<string, [select: string, insert: string, update: string, remove: string]>;

const invalid: MeasuredMatrix[string] = ['error:22P02', 'error:22P02', 'error:22P02', 'error:22P02'];
const nothing: MeasuredMatrix[string] = ['hidden', 'denied-by-rls', 'hidden', 'denied-by-grant'];
const other: MeasuredMatrix[string] = ['allowed 1', 'denied-by-rls', 'allowed 1', 'denied-by-grant'];

/** With the policies as they were before the contract. */
export const baselineMatrix: MeasuredMatrix = {
  'never-set': nothing,
  empty: invalid,
  blank: invalid,
  'after-commit': invalid,
  'after-reset': invalid,
  'after-discard-all': invalid,
  'after-error': invalid,
  'not-of-type': invalid,
  'other-tenant': other,
  'reused-by-other-tenant': other,
  'own-tenant': ['allowed 2', 'allowed 1', 'allowed 2', 'denied-by-grant'],
  'unknown-tenant': ['hidden', 'stopped:23503', 'hidden', 'denied-by-grant'],
  hostile: invalid,
};

/** At head: a session that once had a tenant sees nothing. */
export const headMatrix: MeasuredMatrix = {
  ...baselineMatrix,
  empty: nothing,
  'after-commit': nothing,
  'after-reset': nothing,
  'after-discard-all': nothing,
  'after-error': nothing,
};

/** Expects the plain commands on all four tables to end as measured, and every cell to be closed. */
export function expectMatrix(cells: readonly FailClosedCell[], matrix: MeasuredMatrix): void {
  const seen = (table: string, context: string) =>
    ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((command) => {
      const { closed, outcome, rows } = cells.find(
        (one) => one.table === table && one.command === command && one.context === context,
      )!;
      return `${closed ? '' : 'OPEN '}${outcome === 'allowed' ? `allowed ${rows}` : outcome}`;
    });
  expect(new Set(cells.map(({ context }) => context))).toEqual(new Set(Object.keys(matrix)));
  for (const [context, wanted] of Object.entries(matrix)) {
    expect([context, ...seen('public.llm_monthly_costs', context)]).toEqual([context, ...wanted]);
    // The planner folds the cast before the privilege is checked.
    const withoutUpdate = wanted[2] === 'error:22P02' ? wanted : wanted.with(2, 'denied-by-grant');
    for (const table of ['public.llm_api_calls', 'public.investigations', 'public.budget_optimization_jobs']) {
      expect([table, context, ...seen(table, context)]).toEqual([table, context, ...withoutUpdate]);
    }
  }
}
