import { expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { grant, member } from '../../testing/facts.ts';
import { facts, handmade, mutantOf, sqlOf } from '../../testing/mutation-state.ts';
import { revokes } from './revokes.ts';

const ownedByAdmin = facts.map((fact) =>
  'grantor' in fact.detail ? { ...fact, detail: { ...fact.detail, grantor: 'admin' } } : fact,
);

it('takes back what the owner granted, with what was handed on', () => {
  const sql = sqlOf(revokes, handmade({ facts: ownedByAdmin }));
  expect(sql['revoke/public.notes/rw/SELECT']).toBe('revoke select on table public.notes from "rw";');
  expect(sql['revoke/public.notes/rw/INSERT']).toBe('revoke insert on table public.notes from "rw" cascade;');
});

it('takes back what somebody else granted as that one', () => {
  expect(sqlOf(revokes)['revoke/public.notes/rw/SELECT/postgres']).toBe(
    'set role "postgres"; revoke select on table public.notes from "rw"; reset role;',
  );
});

it('leaves what nobody declared', () => {
  expect(
    Object.keys(
      sqlOf(revokes, handmade({ facts: [...facts, grant('table', 'public.notes', 'app', 'DELETE')] })),
    ).filter((id) => id.includes('DELETE')),
  ).toEqual([]);
});

it('takes a membership from each who granted it', () => {
  const state = handmade({ facts: [...facts, member('rw', 'app', {}, 'admin')] });
  expect(sqlOf(revokes, state)['revoke-membership/rw/app']).toBe(
    'revoke "rw" from "app" granted by "postgres" cascade; revoke "rw" from "app" granted by "admin" cascade;',
  );
  expect(sqlOf(revokes, handmade({ major: 15 }))['revoke-membership/rw/app']).toBe('revoke "rw" from "app" cascade;');
});

it('asks for a real login where only that one sees it, and says how to undo it', () => {
  expect(mutantOf(revokes, 'revoke-attribute/app/login')).toMatchObject({
    isolation: 'login',
    sql: 'alter role "app" nologin;',
    undo: 'alter role "app" login;',
  });
  expect(mutantOf(revokes, 'revoke/database/PUBLIC/CONNECT/postgres')).toMatchObject({ isolation: 'login' });
  expect(mutantOf(revokes, 'revoke-setting/cluster/app/search_path')).toMatchObject({
    isolation: 'login',
    sql: 'alter role "app" reset "search_path";',
    undo: 'alter role "app" set "search_path" = public, pg_catalog;',
  });
});

it('takes no setting from a whole server that it could not put back', () => {
  const hidden = facts.map((fact) => (fact.kind === 'setting' ? { ...fact, detail: { value: 'sha256:x' } } : fact));
  const mutant = mutantOf(revokes, 'revoke-setting/cluster/app/search_path', handmade({ facts: hidden }));
  expect(mutant).toMatchObject({ isolation: 'transaction' });
  expect(mutant).not.toHaveProperty('undo');
});

it('grants CONNECT again as it was, with what CASCADE takes from others', () => {
  const connect = (who: string, grantor: string, grantable = false): Fact => ({
    kind: 'database',
    object: 'database',
    role: who,
    property: 'CONNECT',
    detail: { grantor, grantable },
  });
  const state = handmade({
    facts: [
      ...facts.filter(({ kind, property }) => kind !== 'database' || property === 'owner'),
      connect('PUBLIC', 'admin'),
      connect('rw', 'admin', true),
      connect('app', 'rw', true),
      connect('PUBLIC', 'app'),
    ],
  });
  state.contract.database.grants = { rw: ['CONNECT'], PUBLIC: ['CONNECT'] };
  const undo = (id: string) =>
    mutantOf(revokes, id, state)!
      .undo!.replaceAll(
        /do \$mutant\$ begin execute pg_catalog.format\('(.*?)', pg_catalog.current_database\(\)\); end \$mutant\$/g,
        '$1',
      )
      .split('; ');
  expect(undo('revoke/database/rw/CONNECT')).toEqual([
    'grant connect on database %I to "rw" with grant option',
    'set role "rw"',
    'grant connect on database %I to "app" with grant option',
    'reset role',
    'set role "app"',
    'grant connect on database %I to public',
    'reset role;',
  ]);
});
