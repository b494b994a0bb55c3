import { expect, it } from 'vitest';

import { readServerProfile } from '../../contract/servers/server-profile.ts';
import { statementsOn } from './platform-statements.ts';

const supabase = statementsOn(readServerProfile('supabase'), `o'hara`);

it.each([
  ['drop role if exists mine, anon', '"anon" is a reserved role'],
  ['-- why\nalter user supabase_admin nologin', '"supabase_admin" is a reserved role'],
  ['create role "authenticator2"', '"authenticator2" is a reserved role'],
  ['GRANT dashboard_user TO me', '"dashboard_user" role memberships are reserved'],
])('what the provider refuses is an error instead: %s', (text, said) => {
  expect(supabase(text)).toMatch(/^do \$\$ begin raise exception using errcode = 'insufficient_privilege', message = /);
  expect(supabase(text)).toContain(said);
});

it.each([
  'create role mine',
  'alter role anon set statement_timeout = 1',
  'grant select on t to anon',
  'drop table anon',
])('anything else is sent as it is: %s', (text) => {
  expect(supabase(text)).toBeUndefined();
});

it('what the provider allows is done as a superuser, for as long as it takes', () => {
  expect(supabase('create event trigger e on ddl_command_end execute function f();')?.split('\n')).toEqual([
    `do $$ begin perform rolecall_dress.make_superuser('o''hara', true); end $$;`,
    'create event trigger e on ddl_command_end execute function f();',
    `do $$ begin perform rolecall_dress.make_superuser('o''hara', false); end $$`,
  ]);
  expect(statementsOn(readServerProfile('azure'), 'm')('create event trigger e')).toBeUndefined();
});
