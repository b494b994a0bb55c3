import { expect, it } from 'vitest';

import { promise } from '../../testing/facts.ts';
import { facts, handmade, sqlOf } from '../../testing/mutation-state.ts';
import { defaultPrivileges } from './default-privileges.ts';

it('promises what is not given anyway', () => {
  const sql = sqlOf(defaultPrivileges);
  expect(sql['default-privileges/admin everywhere tables/app/SELECT']).toBe(
    'alter default privileges for role "admin" grant select on tables to "app";',
  );
  expect(sql['default-privileges-in-schema/admin in public tables/PUBLIC/SELECT']).toBe(
    'alter default privileges for role "admin" in schema public grant select on tables to public;',
  );
  expect(sql).not.toHaveProperty(['default-privileges/admin everywhere functions/PUBLIC/EXECUTE']);
});

it('promises again what was taken from PUBLIC, and not what is promised already', () => {
  const changed = handmade({
    facts: [
      ...facts,
      promise('admin', null, 'functions', '', 'replaces-default'),
      promise('admin', null, 'tables', 'app', 'SELECT'),
    ],
  });
  expect(sqlOf(defaultPrivileges, changed)).toHaveProperty([
    'default-privileges/admin everywhere functions/PUBLIC/EXECUTE',
  ]);
  expect(sqlOf(defaultPrivileges, changed)).not.toHaveProperty([
    'default-privileges/admin everywhere tables/app/SELECT',
  ]);
});
