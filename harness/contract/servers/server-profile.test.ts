import { describe, expect, it } from 'vitest';

import { readServerProfile } from './server-profile.ts';

describe('what a provider keeps on its servers', () => {
  it.each(['stock', 'rds'] as const)('is read: %s', (name) => {
    expect(readServerProfile(name)).toMatchObject({ name, admin: { role: expect.any(String) as string } });
  });
});
