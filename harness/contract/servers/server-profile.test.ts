import { describe, expect, it } from 'vitest';

import { readServerProfile, serverNames } from './server-profile.ts';

describe('what a provider keeps on its servers', () => {
  it.each(serverNames)('is read, names its source, and nothing twice: %s', (name) => {
    const { admin, allowed_extensions, other_roles, recognised_by, roles, source, superuser } = readServerProfile(name);
    for (const page of source) {
      expect(page).toMatch(/^https:\/\//);
    }
    const kept = [superuser, ...Object.keys(roles), ...other_roles];
    expect(new Set(kept).size).toBe(kept.length);
    expect(new Set(allowed_extensions).size).toBe(allowed_extensions.length);
    const known = (role: string) => role.startsWith('pg_') || kept.includes(role);
    for (const { administers, member_of } of [admin, ...Object.values(roles)]) {
      expect(member_of.filter((role) => !known(role))).toEqual([]);
      expect(administers.filter((role) => !member_of.includes(role))).toEqual([]);
    }
    expect(recognised_by.flatMap((clues) => clues.roles).filter((role) => !known(role))).toEqual([]);
  });
});
