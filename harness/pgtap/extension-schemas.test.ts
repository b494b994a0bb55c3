import { expect, it } from 'vitest';

import { extensionSchemas } from './extension-schemas.ts';

const make = 'create extension if not exists pgtap';

it.each([
  ['names none', `${make};`, []],
  ['names one', `begin;\n${make} schema tap;\nselect plan(1);`, ['tap']],
  ['names it in capitals, which the server folds', `${make.toUpperCase()} WITH SCHEMA Tap;`, ['tap']],
  ['quotes it', 'create extension "pgtap" schema "My ""Tap""";', ['My "Tap"']],
  ['says the version first', `${make} with version '1.3.3' schema tap cascade;`, ['tap']],
  ['has a comment in its middle', 'create /* not */ extension -- nor\n pgtap schema tap;', ['tap']],
  ['is in a comment', `-- ${make} schema tap;\n/* ${make} schema tap; */`, []],
  ['is in a string', `select 'create extension pgtap schema tap', E'\\'; create extension pgtap schema tap;';`, []],
  ['is of another extension', 'create extension postgis schema pgtap;', []],
  [
    'follows commands of psql',
    `\\set ON_ERROR_STOP 1\n\\echo don't\n\\pset format unaligned \\\\ ${make} schema tap;`,
    ['tap'],
  ],
  ['has a variable of psql', `\\set where tap\n${make} schema :"where";`, ['tap']],
  ['follows rows of a COPY', `copy t from stdin;\nit's\n\\.\n${make} schema tap;`, ['tap']],
  ['has no semicolon', `${make} schema tap`, ['tap']],
])('finds where a file puts pgTAP that %s', async (_, text, schemas) => {
  expect(await extensionSchemas(text)).toEqual({ schemas, unread: [] });
});

it('says which statement it could not read', async () => {
  expect(await extensionSchemas(`${make} schema tap sometimes;\nselect sometimes(;`)).toEqual({
    schemas: [],
    unread: [`${make} schema tap sometimes`],
  });
});
