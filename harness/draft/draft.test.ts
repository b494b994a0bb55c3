import { expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import { about, grant, owner, policy, role } from '../testing/facts.ts';
import { draftOf, type Draft } from './draft.ts';

const secured = (table: string, forced = false) => [
  owner('table', table),
  about('table', table, 'row-security', { enabled: true, forced }),
];
const all = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
const granted = (table: string, who: string) => all.map((word) => grant('table', table, who, word));

const facts = [
  ...role('admin', 'superuser', 'login'),
  ...role('app', 'login', 'inherit'),
  ...role('worker', 'login', 'inherit', 'bypassrls'),
  owner('schema', 'public'),
  grant('schema', 'public', 'app', 'USAGE'),
  grant('schema', 'public', 'worker', 'USAGE'),
  ...['public.keys', 'public.narrowed', 'public.notes'].flatMap((table) => [
    ...secured(table),
    ...granted(table, 'app'),
    ...granted(table, 'worker'),
  ]),
  policy('public.narrowed', 'narrows', { command: 'ALL', permissive: false, roles: ['PUBLIC'], using: 'true' }),
  policy('public.notes', 'reads', { command: 'SELECT', permissive: true, roles: ['PUBLIC'], using: 'f(id)' }),
];

const drafted = async (): Promise<Draft> =>
  draftOf({ facts, tables: new Map(), functions: [], definerFunctions: [] }, await sqlParser());
const needsOf = ({ tables }: Draft, table: string) =>
  (tables[table]!.needs ?? []).map(({ identity, access }) => `${identity} ${access.join(' ')}`);

it('a table that no permissive policy opens is nobody’s: nothing is asked of it, and only who goes past policies needs it', async () => {
  const draft = await drafted();
  for (const table of ['public.keys', 'public.narrowed']) {
    expect(draft.tables[table]).toMatchObject({ rows: 'none', row_security: 'enabled' });
    expect(needsOf(draft, table)).toEqual([`worker ${all.join(' ')}`]);
  }
  expect(draft.unsure.filter((line) => /keys|narrowed/.test(line))).toEqual([]);
});

it('of one that a policy opens for a command, that command alone is a need, and whose its rows are is asked', async () => {
  const draft = await drafted();
  expect(draft.tables['public.notes']).not.toHaveProperty('rows');
  expect(needsOf(draft, 'public.notes')).toEqual(['app SELECT', `worker ${all.join(' ')}`]);
  expect(draft.unsure.join('\n')).toContain('whose the rows of public.notes are is not told');
});
