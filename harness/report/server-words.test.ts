import { expect, it } from 'vitest';

import { serverWords } from './server-words.ts';

const none = { roles: [], memberships: [], settings: [], schemas: [], extensions: [] };

it.each([
  [
    { name: 'neon', title: 'Neon', told_by: 'contract' as const, left_out: none },
    'Neon, named in the contract; nothing of its provider is there',
  ],
  [
    {
      name: 'neon',
      title: 'Neon',
      told_by: 'catalog' as const,
      left_out: { ...none, roles: ['cloud_admin', 'neon_superuser'], memberships: ['a in b'], schemas: ['neon'] },
    },
    'Neon, recognised in the catalog; its provider’s, and not judged: 2 roles (cloud_admin, neon_superuser), 1 membership, 1 schema (neon)',
  ],
])('a server is named in a line with what was left out on it', (server, line) => {
  expect(serverWords(server)).toBe(line);
});
