import { describe, expect, it } from 'vitest';

import { become, filled, type SessionForm } from './session-form.ts';
import { missingParts, mixedParts } from './session-parts.ts';

const form = (settings: Record<string, string>, run: string[] = []): SessionForm => ({
  role: null,
  settings: Object.entries(settings).map(([name, text]) => ({ name, text })),
  run,
  watched: [],
});
const tenants = {
  own: { user: 'u1', org: 'o1' },
  other: { user: 'u2', org: 'o2' },
  unknown: { user: 'u3', org: 'o3' },
  invalid: undefined,
};

describe('a session', () => {
  it('has values escaped in a document, and as they are in a text', () => {
    const hostile = { user: '","org":"o2', org: '' };
    expect(filled('{"sub":"{user}"}', hostile)).toBe(String.raw`{"sub":"\",\"org\":\"o2"}`);
    expect(filled('{user}', hostile)).toBe('","org":"o2');
  });

  it('runs statements in which no value ends its string', () => {
    expect(become(form({}, [`select f('{user}')`]), { user: `'; drop`, org: '' })).toEqual([`select f('''; drop')`]);
  });
});

describe('a part of a session', () => {
  it('is missing, each setting in turn', () => {
    expect(missingParts(form({ 'a.user': '{user}', 'a.org': '{org}' }), tenants)).toEqual([
      {
        value: 'without a.user',
        record: { user: null, org: 'o1' },
        settings: [expect.objectContaining({ name: 'a.org', value: 'o1' })],
      },
      {
        value: 'without a.org',
        record: { user: 'u1', org: null },
        settings: [expect.objectContaining({ name: 'a.user', value: 'u1' })],
      },
    ]);
    expect(missingParts(form({ 'a.user': '{user}' }), tenants)).toEqual([]);
  });

  it('is a key of a document that is absent, null or empty', () => {
    const parts = missingParts(form({ claims: '{"sub":"{user}","org":"{org}","role":"r"}' }), tenants);
    expect(parts.map(({ value, settings }) => [value, settings[0]!.value])).toEqual([
      ['claims without sub', '{"org":"o1","role":"r"}'],
      ['claims with sub null', '{"sub":null,"org":"o1","role":"r"}'],
      ['claims with sub empty', '{"sub":"","org":"o1","role":"r"}'],
      ['claims without org', '{"sub":"u1","role":"r"}'],
      ['claims with org null', '{"sub":"u1","org":null,"role":"r"}'],
      ['claims with org empty', '{"sub":"u1","org":"","role":"r"}'],
    ]);
    expect(parts[0]!.record).toEqual({ user: null, org: 'o1' });
  });

  it('does not take away what another part says as well', () => {
    const parts = missingParts(form({ 'claim.sub': '{user}', claims: '{"sub":"{user}"}' }), tenants);
    expect(new Set(parts.map(({ record }) => record['user']))).toEqual(new Set(['u1']));
  });

  it('is another tenant’s, where there are several', () => {
    const mixed = mixedParts(form({ 'a.user': '{user}', 'a.org': '{org}' }), tenants);
    expect(mixed.map(({ record }) => record)).toEqual([
      { user: 'u2', org: 'o1' },
      { user: 'u1', org: 'o2' },
    ]);
    expect(mixedParts(form({ 'a.user': '{user}' }), tenants)).toEqual([]);
  });
});
