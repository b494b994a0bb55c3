import { expect, it } from 'vitest';

import { handmade, mutantOf, sqlOf } from '../../testing/mutation-state.ts';
import { roles } from './roles.ts';

it('gives each identity the attributes it lacks, and takes INHERIT', () => {
  const ids = Object.keys(sqlOf(roles));
  expect(ids.filter((id) => /attribute\/app/.test(id))).toEqual(
    ['SUPERUSER', 'BYPASSRLS', 'CREATEROLE', 'CREATEDB', 'REPLICATION'].map(
      (attribute) => `role-attribute/app/${attribute}`,
    ),
  );
  expect(ids).toContain('role-attribute/rw/LOGIN');
  expect(ids.filter((id) => id.includes('admin'))).toEqual([]);
  expect(sqlOf(roles)['no-inherit/rw']).toBe('alter role "rw" noinherit;');
});

it('presets the tenant of a login in this database alone', () => {
  expect(mutantOf(roles, 'role-setting/app.tenant/app')).toMatchObject({
    isolation: 'login',
    sql: `do $mutant$ begin execute pg_catalog.format('alter role "app" in database %I set "app"."tenant" = ''a''', pg_catalog.current_database()); end $mutant$;`,
    undo: `do $mutant$ begin execute pg_catalog.format('alter role "app" in database %I reset "app"."tenant"', pg_catalog.current_database()); end $mutant$;`,
  });
  expect(mutantOf(roles, 'database-setting/row_security')!.undo).toBe(
    `do $mutant$ begin execute pg_catalog.format('alter database %I reset "row_security"', pg_catalog.current_database()); end $mutant$;`,
  );
  const state = handmade();
  delete state.contract.tenancy;
  expect(Object.keys(sqlOf(roles, state)).filter((id) => id.includes('setting'))).toEqual([
    'role-setting/row_security/app',
    'role-setting/search_path/app',
    'database-setting/row_security',
    'database-setting/search_path',
  ]);
});
