import { expect, it } from 'vitest';

import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { owner } from '../../testing/facts.ts';
import { grants } from './grants.ts';

it('gives what somebody lacks, to every identity and PUBLIC, and to no owner', () => {
  const sql = sqlOf(grants);
  expect(Object.keys(sql).filter((id) => id.startsWith('grant-table/public.notes/rw'))).toEqual(
    ['UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'].map(
      (privilege) => `grant-table/public.notes/rw/${privilege}`,
    ),
  );
  expect(sql['grant-table/public.notes/PUBLIC/TRUNCATE']).toBe('grant truncate on table public.notes to public;');
  expect(sql['grant-function/public.count_notes()/rw/EXECUTE']).toBe(
    'grant execute on routine public.count_notes() to "rw";',
  );
  expect(
    Object.keys(sql).filter((id) => id.includes('/admin/') || id === 'grant-function/public.count_notes()/app/EXECUTE'),
  ).toEqual([]);
  expect(
    sqlOf(
      grants,
      handmade({
        facts: facts.map((fact) =>
          fact.property === 'owner' && fact.kind === 'table' ? owner('table', fact.object, 'app') : fact,
        ),
      }),
    ),
  ).not.toHaveProperty(['grant-table/public.notes/app/SELECT']);
});

it('knows MAINTAIN from PostgreSQL 17', () => {
  expect(sqlOf(grants)).not.toHaveProperty(['grant-table/public.notes/app/MAINTAIN']);
  expect(sqlOf(grants, handmade({ major: 17 }))).toHaveProperty(['grant-table/public.notes/app/MAINTAIN']);
});

it('names no database', () => {
  expect(sqlOf(grants)['grant-database/database/app/CREATE']).toBe(
    `do $mutant$ begin execute pg_catalog.format('grant create on database %I to "app"', pg_catalog.current_database()); end $mutant$;`,
  );
});

it('gives one column to whoever lacks the table, and the option to whoever has no option', () => {
  const sql = sqlOf(grants);
  expect(Object.keys(sql).filter((id) => /^grant-column.*\/(rw|app)\//.test(id))).toEqual(
    [
      ...['SELECT', 'INSERT', 'UPDATE'].map((privilege) => `grant-column/public.notes.tenant_id/app/${privilege}`),
      'grant-column/public.notes.tenant_id/rw/UPDATE',
    ].map((id) => id.replace('tenant_id', 'id')),
  );
  expect(Object.keys(sql).filter((id) => id.startsWith('grant-option'))).toEqual([
    'grant-option/public.notes/rw/SELECT',
    'grant-option/public.count_notes()/app/EXECUTE',
  ]);
});
