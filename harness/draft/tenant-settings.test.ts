import { expect, it } from 'vitest';

import { broughtBy } from './platform.ts';
import { tenantSettings } from './tenant-settings.ts';

const two = { own: { user: 'u1', org: 'o1' }, other: { user: 'u2', org: 'o2' }, unknown: { user: 'u3', org: 'o3' } };

it('of a tenant are those of the short form, of a session, or of the platform’s session of a person', () => {
  const short = { setting: 'app.org', own: '1', other: '2', unknown: '3' };
  expect(tenantSettings({ tenancy: short, sessions: {} }, 'other')).toEqual({ 'app.org': '2' });
  const sessions = { user: { login: 'app', set: { 'app.claims': '{"sub":"{user}"}', 'app.org': '{org}' } } };
  expect(tenantSettings({ tenancy: two, sessions }, 'own')).toEqual({ 'app.claims': '{"sub":"u1"}', 'app.org': 'o1' });
  expect(tenantSettings({ tenancy: two, sessions: {} }, 'own', broughtBy('supabase'))).toEqual({
    'request.jwt.claims': '{"sub":"u1","role":"authenticated"}',
    'request.jwt.claim.sub': 'u1',
  });
  expect(tenantSettings({ sessions: {} }, 'own')).toEqual({});
});
