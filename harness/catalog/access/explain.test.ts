import { expect, it } from 'vitest';

import type { Path } from './effective-access.ts';
import { pathText } from './explain.ts';

const path = (chain: string, rest: Partial<Path> = {}): Path => ({
  via: 'direct',
  chain: chain.split(' '),
  assumed: 'inherited',
  grantable: false,
  ...rest,
});
const grantor = 'postgres';

it.each<[string, Path, string?, string?]>([
  ['directly, granted by postgres', path('app', { grantor })],
  ['via app_rw (granted by postgres)', path('app app_rw', { grantor })],
  ['via app → app_rw → base (granted by postgres)', path('app app_rw base', { grantor })],
  ['via SET ROLE app_admin (granted by postgres)', path('app app_admin', { grantor, assumed: 'set-role' })],
  ['directly, granted by postgres, with grant option', path('app', { grantor, grantable: true })],
  ['directly, granted by postgres, on column id only', path('app', { grantor, via: 'column', columns: ['id'] })],
  ['via PUBLIC (granted by postgres)', path('app PUBLIC', { grantor, via: 'public' })],
  [
    'via PUBLIC (granted by postgres), on columns id, name only',
    path('app PUBLIC', { grantor, via: 'column', columns: ['id', 'name'] }),
  ],
  ['as owner', path('app', { via: 'owner', grantable: true }), 'OWNER'],
  ['via app_owner, the owner', path('app app_owner', { via: 'owner', grantor, grantable: true })],
  ['via SET ROLE app_owner, the owner', path('app app_owner', { via: 'owner', assumed: 'set-role', grantable: true })],
  ['via predefined role pg_read_all_data', path('app pg_read_all_data', { via: 'predefined-role' })],
  ['via SET ROLE app_admin', path('app app_admin', { assumed: 'set-role' }), 'BYPASSRLS', 'app_admin'],
  ['as its own attribute', path('app', { via: 'superuser' }), 'SUPERUSER', 'app'],
])('%s', (text, given, privilege = 'SELECT', object = 'public.t') => {
  expect(pathText(given, privilege, object)).toBe(text);
});
