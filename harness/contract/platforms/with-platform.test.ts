import { describe, expect, it } from 'vitest';

import { parseContract } from '../parse-contract.ts';
import { platformNames, readPlatform } from './platform.ts';

const least = (platform: string, more = '') => `version: 1
name: small
title: A small contract
platform: ${platform}
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
tenancy: { own: { user: "1" }, other: { user: "2" }, unknown: { user: "3" } }
${more}`;
const parse = (platform: string, more?: string) => parseContract('c.yaml', least(platform, more)).contract;

describe('a platform', () => {
  it.each(platformNames)('%s brings a contract without a fault, to which a project adds its tenants alone', (name) => {
    const contract = parse(name);
    expect(contract.platform).toBe(name);
    expect(contract.tenancy!.session).toBe('user');
    expect(Object.keys(contract.sessions)).toContain('user');
    expect(readPlatform(name).sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is laid under what the project says: keys are joined, lists and texts are the project’s, and what is null is not there', () => {
    const { sessions, identities, tables, schemas } = parse(
      'supabase',
      `sessions: { service: null, user: { set: { request.jwt.claims: '{"org":"{user}"}' } } }
identities: { service_role: { kind: group, attributes: [INHERIT] }, jobs: { kind: login } }
tables: { storage.objects: { rows: { column: owner }, grants: { anon: [SELECT] } } }`,
    );
    expect(Object.keys(sessions)).toEqual(['anonymous', 'user']);
    expect(sessions['user']!.set).toMatchObject({
      'request.jwt.claims': '{"org":"{user}"}',
      'request.jwt.claim.sub': '{user}',
    });
    expect(identities['service_role']!.attributes).toEqual(['INHERIT']);
    expect(Object.keys(identities)).toEqual(expect.arrayContaining(['authenticator', 'jobs', 'supabase_admin']));
    expect(tables['storage.objects']).toMatchObject({
      owner: 'supabase_storage_admin',
      rows: { column: 'owner' },
      grants: { anon: ['SELECT'], service_role: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
    });
    expect(Object.keys(schemas)).toEqual(['public', 'extensions', 'auth', 'storage']);
  });

  it('that nobody knows is refused with its line, and a fault in what the project says has its own', () => {
    expect(() => parse('firebase')).toThrow(/c\.yaml:4:1 platform: /);
    expect(() => parse('supabase', 'sessions: { user: { login: nobody } }')).toThrow(
      /c\.yaml:8:21 sessions\.user\.login: nobody is not an identity of kind login/,
    );
  });

  it('brings no tenancy to a project that has none', () => {
    const text = least('hasura', 'sessions: { user: null }\nidentities: { jobs: { kind: login } }').replace(
      /^tenancy.*$/m,
      '',
    );
    expect(parseContract('c.yaml', text).contract.tenancy).toBeUndefined();
  });
});
