import { describe, expect, it } from 'vitest';

import { contractedAccess } from './judge.ts';
import { judgeState } from './proof.ts';
import type { Fact } from '../../catalog/fact.ts';
import { parseContract } from '../../contract/parse-contract.ts';
import { findingKey, type Finding } from '../../findings/finding.ts';
import { withLines } from '../../testing/apply-lines.ts';
import { minimal } from '../../testing/contract.ts';
import { about, grant, member, owner, policy, publicSchema, role, roles } from '../../testing/facts.ts';

const using = '(a = b)';
const digest = (letter: string) => letter.repeat(64);
const text = `${minimal.replace('app: { kind: login,', 'app: { kind: login, settings: { work_mem: 1MB },')}
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.t:
    row_security: forced
    policies: { mine: { using: "${using}" }, writes: { command: INSERT, roles: [rw], check: "${using}" } }
    grants: { rw: [SELECT, "UPDATE(a, b)"], app: [DELETE] }
    needs:
      - { identity: app, access: [SELECT, DELETE], required_by: t.py }
      - { identity: rw, access: [SELECT], required_by: r.py }
    denies: [{ identity: app, access: [TRUNCATE] }]
  public.u: { owner: rw }
functions:
  public.f(): { security: definer, search_path: pg_temp, body_sha256: ${digest('a')}, returns: integer, grants: { PUBLIC: [EXECUTE] } }
  public.g(): {}
`;
const forced = about('table', 'public.t', 'row-security', { enabled: true, forced: true });
const mine = policy('public.t', 'mine', { command: 'ALL', permissive: true, roles: ['PUBLIC'], using });
const writes = policy('public.t', 'writes', { command: 'INSERT', permissive: true, roles: ['rw'], check: using });
const f = (detail: Fact['detail'] = {}, name = 'public.f()') =>
  about('function', name, 'security-definer', {
    search_path: 'pg_temp',
    body: digest('a'),
    returns: 'integer',
    ...detail,
  });
const given: Fact[] = [
  ...roles,
  about('setting', 'cluster', 'work_mem', { value: '1MB' }, 'app'),
  ...publicSchema,
  ...['t', 'v', 'w'].map((name) => owner('table', `public.${name}`)),
  owner('table', 'public.u', 'rw'),
  ...['f', 'g', 'h'].map((name) => owner('function', `public.${name}()`)),
  grant('table', 'public.t', 'rw', 'SELECT'),
  grant('column', 'public.t.a', 'rw', 'UPDATE'),
  grant('column', 'public.t.b', 'rw', 'UPDATE'),
  grant('table', 'public.t', 'app', 'DELETE'),
  grant('function', 'public.f()', 'PUBLIC', 'EXECUTE'),
  forced,
  mine,
  writes,
  f(),
];

function judged(contractText: string, facts: readonly Fact[]): Finding[] {
  const { contract } = parseContract('c.yaml', contractText);
  return judgeState(contract, {
    facts: [...facts],
    access: contractedAccess(contract, facts),
    database: 'live',
    connectedAs: 'admin',
    toolSchemaIntact: true,
  });
}

const plus = (...facts: Fact[]) => [...given, ...facts];
const minus = (...gone: Partial<Fact>[]) =>
  given.filter(
    (fact) => !gone.some((one) => Object.entries(one).every(([key, value]) => fact[key as keyof Fact] === value)),
  );
const instead = (gone: Fact, ...facts: Fact[]) => [...given.filter((fact) => fact !== gone), ...facts];
const definers = given.at(-1)!;

/** A role that cannot log in, and owns one SECURITY DEFINER function. */
const strange = [
  ...minus({ object: 'public.f()', property: 'owner' }),
  ...role('strange', 'inherit'),
  owner('function', 'public.f()', 'strange'),
];

describe('the lines of a finding', () => {
  it('are not needed where all is as declared', () => {
    expect(judged(text, given)).toEqual([]);
  });

  it.each<[what: string, facts: readonly Fact[], codes: string]>([
    ['a grant', plus(grant('table', 'public.t', 'rw', 'INSERT')), 'undeclared-access'],
    ['a grant that a denial forbids', plus(grant('table', 'public.t', 'app', 'TRUNCATE')), 'undeclared-access'],
    [
      'grants on columns of a table in no contract',
      plus(grant('column', 'public.v.id', 'app', 'SELECT'), grant('column', 'public.v.name', 'app', 'SELECT')),
      'undeclared-access',
    ],
    ['a grant on the database', plus(grant('database', 'database', 'PUBLIC', 'CONNECT')), 'undeclared-access'],
    ['a grant on a schema', plus(grant('schema', 'public', 'rw', 'CREATE')), 'undeclared-access'],
    [
      'a grant on a sequence',
      plus(owner('sequence', 'public.s'), grant('sequence', 'public.s', 'app', 'USAGE')),
      'undeclared-access',
    ],
    ['a grant beside a declared one', plus(grant('table', 'public.t', 'app', 'SELECT')), 'undeclared-grant'],
    [
      'a grant on columns beside a declared one',
      plus(grant('column', 'public.t.a', 'app', 'UPDATE')),
      'undeclared-grant',
    ],
    [
      'a SECURITY DEFINER function that everybody may execute',
      plus(f({ body: digest('c') }, 'public.h()'), grant('function', 'public.h()', 'PUBLIC', 'EXECUTE')),
      'undeclared-definer-function',
    ],
    [
      'a function of the server that became SECURITY DEFINER',
      plus({ ...owner('function', 'pg_catalog.now()'), detail: { builtin: true } }, f({}, 'pg_catalog.now()')),
      'undeclared-definer-function',
    ],
    [
      'another owner',
      [...minus({ object: 'public.t', property: 'owner' }), owner('table', 'public.t', 'app')],
      'undeclared-owner',
    ],
    ['the owner of a view in no contract', plus(owner('view', 'public.x', 'app')), 'undeclared-owner'],
    ['an attribute', plus(about('role', 'rw', 'bypassrls', {})), 'undeclared-attribute'],
    [
      'a membership in a role that nobody named, which has attributes and grants',
      plus(
        ...role('boss', 'bypassrls', 'inherit'),
        member('boss', 'app', { inherit: false }),
        grant('table', 'public.w', 'boss', 'SELECT'),
      ),
      'undeclared-access undeclared-attribute undeclared-membership undeclared-role',
    ],
    ['another option of a membership', plus(member('rw', 'app', { admin: true }, 'boss')), 'undeclared-membership'],
    [
      'a member that nobody named, in a group that nobody named',
      plus(...role('new', 'login'), member('rw', 'new'), ...role('all', 'inherit'), member('all', 'new')),
      'undeclared-membership',
    ],
    [
      'a predefined role',
      plus(...role('pg_read_all_data', 'inherit'), member('pg_read_all_data', 'app')),
      'undeclared-access undeclared-membership',
    ],
    [
      'a stranger with a grant',
      plus(...role('stranger', 'login', 'inherit'), grant('table', 'public.w', 'stranger', 'SELECT')),
      'undeclared-role',
    ],
    ['a stranger that owns', plus(...role('maker', 'login'), owner('view', 'public.x', 'maker')), 'undeclared-role'],
    ['a stranger that owns what the contract names', strange, 'undeclared-owner undeclared-role'],
    ['a setting', plus(about('setting', 'cluster', 'statement_timeout', { value: '5s' }, 'app')), 'undeclared-setting'],
    [
      'another value of a setting',
      instead(
        given.find(({ kind }) => kind === 'setting')!,
        about('setting', 'cluster', 'work_mem', { value: '2MB' }, 'app'),
      ),
      'undeclared-setting',
    ],
    [
      'an extension',
      plus(
        { ...owner('function', 'public.digest()'), detail: { extension: 'pgcrypto' } },
        grant('function', 'public.digest()', 'PUBLIC', 'EXECUTE'),
      ),
      'undeclared-extension',
    ],
    ['a policy', plus({ ...mine, property: 'policy more', policy: 'more' }), 'changed-policy'],
    ['a policy of another name', instead(mine, { ...mine, property: 'policy ours', policy: 'ours' }), 'changed-policy'],
    ['a policy that is gone', minus({ policy: 'mine' }), 'changed-policy'],
    [
      'a policy of other roles, for all commands, without a check',
      instead(writes, policy('public.t', 'writes', { command: 'ALL', permissive: false, roles: ['app'], using })),
      'changed-policy',
    ],
    [
      'row security and a policy of a table that has none',
      plus(
        about('table', 'public.u', 'row-security', { enabled: true, forced: false }),
        policy('public.u', 'all', { command: 'ALL', permissive: true, roles: ['PUBLIC'], using: 'true' }),
      ),
      'changed-policy changed-row-security',
    ],
    [
      'row security that is not forced',
      instead(forced, about('table', 'public.t', 'row-security', { enabled: true, forced: false })),
      'changed-row-security',
    ],
    [
      'row security that is off, with its policies gone',
      instead(forced, about('table', 'public.t', 'row-security', { enabled: false, forced: false })).filter(
        ({ kind }) => kind !== 'policy',
      ),
      'changed-row-security changed-policy',
    ],
    ['a function that became SECURITY INVOKER', minus({ property: 'security-definer' }), 'changed-function'],
    ['a function that became SECURITY DEFINER', plus(f({}, 'public.g()')), 'changed-function'],
    [
      'another search_path, body and result',
      instead(definers, f({ search_path: 'public', body: digest('b'), returns: 'text' })),
      'changed-function',
    ],
    [
      'a search_path that is gone',
      instead(definers, about('function', 'public.f()', 'security-definer', { body: digest('a'), returns: 'integer' })),
      'changed-function',
    ],
    ['a grant that is gone', minus({ role: 'rw', property: 'SELECT' }), 'missing-access'],
    ['a grant to PUBLIC that is gone', minus({ role: 'PUBLIC', property: 'EXECUTE' }), 'missing-access'],
    ['a grant of which a column is left', minus({ object: 'public.t.b' }), 'missing-access'],
    [
      'two grants that one need names',
      minus({ role: 'rw', property: 'SELECT' }, { role: 'app', property: 'DELETE' }),
      'missing-access',
    ],
    ['a membership that is gone', minus({ kind: 'membership' }), 'missing-membership'],
    ['a setting that is gone', minus({ kind: 'setting' }), 'missing-setting'],
    ['an attribute that is gone', minus({ object: 'rw', property: 'inherit' }), 'missing-attribute'],
  ])('make %s right: each its own, and all of them together', (_, facts, codes) => {
    const found = judged(text, facts);
    expect([...new Set(found.map(({ code }) => code))].toSorted()).toEqual(codes.split(' ').toSorted());
    for (const finding of found) {
      expect(finding.declare ?? finding.retract, findingKey(finding)).toBeDefined();
      const left = judged(withLines(text, finding), facts);
      expect(left.map(findingKey)).not.toContain(findingKey(finding));
    }
    expect(judged(found.reduce(withLines, text), facts)).toEqual([]);
  });

  it.each<[what: string, facts: readonly Fact[]]>([
    ['a grant option', plus(grant('table', 'public.t', 'rw', 'SELECT', true))],
    ['what the contract has no section for', plus(grant('foreign-server', 'far', 'app', 'USAGE'))],
    [
      'the row type of a table that the contract names',
      plus(owner('type', 'public.t'), grant('type', 'public.t', 'app', 'USAGE')),
    ],
    ['another setting of a function', instead(definers, f({ config: 'work_mem=1MB' }))],
    ['a setting of everybody', plus(about('setting', 'database', 'row_security', { value: 'off' }))],
    [
      'row security that is off, with its policies there',
      instead(forced, about('table', 'public.t', 'row-security', { enabled: false, forced: false })),
    ],
    ['a policy that no key can name', plus({ ...mine, property: 'policy __proto__', policy: '__proto__' })],
    ['a login that cannot log in', minus({ object: 'app', property: 'login' })],
  ])('are none for %s', (_, facts) => {
    const found = judged(text, facts);
    expect(found).not.toEqual([]);
    expect(found.filter(({ declare, retract }) => declare !== undefined || retract !== undefined)).toEqual([]);
  });

  it('call a role the same in each finding, and not the migrator where the contract has one', () => {
    const kinds = judged(text, strange).map(({ code, declare }) => `${code} ${/kind: (\w+)/.exec(declare!)?.[1]}`);
    expect(kinds.toSorted()).toEqual(['undeclared-owner definer', 'undeclared-role definer']);
  });
});
