import { expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { extensionsCreatedIn, rolesCreatedIn } from './created-roles.ts';

it.each<[what: string, sql: string, roles: string[]]>([
  [
    'statements',
    'create role App login; CREATE USER "The ""One"""; create group writers',
    ['app', 'The "One"', 'writers'],
  ],
  ['the body of a DO, and a text in it', `do $b$ begin create role a; execute 'create role b'; end $b$`, ['a', 'b']],
  ['a text with a quote in it', `do 'begin execute ''create role c''; end'`, ['c']],
  ['beside variables of psql', `\\set who 'x'\ncreate role d password :'who'; create role :who`, ['d']],
  ['a text with escapes in it', `do E'begin execute \\'create role c\\x32\\'; end'`, ['c2']],
  ['behind words between which comments stand', 'create /* a */ role -- b\n e;', ['e']],
  ['no comment', '-- create role dba\n/* create role dba2 */ do $$ begin -- create role dba3\n end $$', []],
  ['no user mapping', 'create user mapping for app server s', []],
])('the roles that a text makes: %s', async (_, sql, roles) => {
  expect(rolesCreatedIn(sql, await sqlParser())).toEqual(roles);
});

it.each<[what: string, sql: string, extensions: string[]]>([
  [
    'statements',
    'create extension pgcrypto; CREATE EXTENSION IF NOT EXISTS "uuid-ossp" with schema x',
    ['pgcrypto', 'uuid-ossp'],
  ],
  ['the body of a DO', `do $$ begin create extension if not exists dblink; end $$`, ['dblink']],
  [
    'none that is altered, or in a comment',
    '-- create extension a\nalter extension b update; create table extension ()',
    [],
  ],
])('the extensions that a text makes: %s', async (_, sql, extensions) => {
  expect(extensionsCreatedIn(sql, await sqlParser())).toEqual(extensions);
});
