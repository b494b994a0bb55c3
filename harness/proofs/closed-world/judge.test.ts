import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, grant, member, owner, publicSchema, role, roles } from '../../testing/facts.ts';
import { contractedAccess, judgeAccess } from './judge.ts';

const contract = contractWith(`
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables: { public.t: { grants: { rw: [SELECT] } } }
functions: { public.f(): { owner: rw } }
extensions: [pgcrypto]
`);
const table = [
  owner('table', 'public.t'),
  grant('table', 'public.t', 'rw', 'SELECT'),
  owner('function', 'public.f()', 'rw'),
  grant('function', 'public.f()', 'rw', 'EXECUTE'),
];
const asDeclared = [...roles, ...publicSchema, ...table];

/** The findings that additional facts cause. */
const judge = (...facts: Fact[]) =>
  judgeAccess(contract, [...asDeclared, ...facts], contractedAccess(contract, [...asDeclared, ...facts]), 'live');
const brief = (found: ReturnType<typeof judge>) =>
  found.map(({ code, identity, object, access = '' }) => `${code} ${identity} ${access} ${object}`);
const ofApp = (...facts: Fact[]) => judge(...facts).find(({ identity }) => identity === 'app')!;

describe('the closed world', () => {
  it('has nothing to say of what is as declared', () => {
    expect(judge()).toEqual([]);
  });

  it('has nothing to say of what everybody and the owner have on what follows another object', () => {
    const following = { ...owner('type', 'public.t', 'rw'), detail: { row_of: 'public.t' } };
    const type = [following, grant('type', 'public.t', 'PUBLIC', 'USAGE')];
    expect(judge(...type)).toEqual([]);
    expect(brief(judge(...type, grant('type', 'public.t', 'app', 'USAGE')))).toEqual([
      'undeclared-access app USAGE public.t',
    ]);
  });

  it('leaves an opened object of the server to the check that looks for them', () => {
    const catalog = { ...owner('table', 'pg_catalog.pg_authid', 'postgres'), detail: { builtin: true } };
    const column = grant('column', 'pg_catalog.pg_authid.rolpassword', 'app', 'SELECT');
    expect(judge(catalog, grant('table', 'pg_catalog.pg_authid', 'app', 'SELECT'), column)).toEqual([]);
    expect(brief(judge({ ...catalog, role: 'app' }))).toEqual(['undeclared-owner app OWNER pg_catalog.pg_authid']);
  });

  it.each([
    ['a table', grant('table', 'closed.t', 'rw', 'SELECT'), ['closed.t']],
    ['a column', grant('column', 'closed.t.id', 'rw', 'SELECT'), ['closed.t.id']],
    ['a column of a table that is in no contract', grant('column', 'closed.u.id', 'rw', 'SELECT'), []],
  ])('hears of a grant in a schema that nobody may use yet, on %s', (_, granted, found) => {
    const inClosed = contractWith('schemas: { closed: {} }\ntables: { closed.t: {} }');
    const facts = [...role('rw'), owner('schema', 'closed'), owner('table', 'closed.t'), granted];
    const judged = judgeAccess(inClosed, facts, contractedAccess(inClosed, facts), 'live');
    expect(judged.flatMap(({ identity, object }) => (identity === 'rw' ? [object] : []))).toEqual(found);
  });

  it.each<[way: string, facts: Fact[], says: string, remedy: string]>([
    [
      'a direct grant',
      [grant('table', 'public.t', 'app', 'DELETE')],
      'app has DELETE on table public.t directly, granted by postgres; the contract does not declare it',
      'REVOKE DELETE ON TABLE public.t FROM "app";',
    ],
    [
      'a group',
      [grant('table', 'public.t', 'rw', 'DELETE')],
      'app has DELETE on table public.t via rw (granted by postgres); the contract does not declare it',
      'REVOKE DELETE ON TABLE public.t FROM "rw";',
    ],
    [
      'PUBLIC',
      [grant('table', 'public.t', 'PUBLIC', 'DELETE')],
      'app has DELETE on table public.t via PUBLIC (granted by postgres); the contract does not declare it',
      'REVOKE DELETE ON TABLE public.t FROM PUBLIC;',
    ],
    [
      'a column',
      [grant('column', 'public.t.secret', 'app', 'UPDATE')],
      'app has UPDATE on column public.t.secret directly, granted by postgres, on column secret only; the contract does not declare it',
      'REVOKE UPDATE (secret) ON TABLE public.t FROM "app";',
    ],
    [
      'a column of a strange name',
      [grant('column', 'public.t."a.b"', 'app', 'UPDATE')],
      'app has UPDATE on column public.t."a.b" directly, granted by postgres, on column "a.b" only; the contract does not declare it',
      'REVOKE UPDATE ("a.b") ON TABLE public.t FROM "app";',
    ],
    [
      'SET ROLE alone',
      [...role('boss'), member('boss', 'app', { inherit: false }), grant('table', 'public.t', 'boss', 'DELETE')],
      'app has DELETE on table public.t via SET ROLE boss (granted by postgres); the contract does not declare it',
      'REVOKE "boss" FROM "app";',
    ],
    [
      'ownership',
      [owner('table', 'public.mine', 'app')],
      'app owns table public.mine as owner; the contract does not declare it',
      'ALTER TABLE public.mine OWNER TO "admin";',
    ],
    [
      'a predefined role',
      [member('pg_read_all_data', 'app'), owner('table', 'public.other')],
      'app has SELECT on table public.other via predefined role pg_read_all_data; the contract does not declare it',
      'REVOKE "pg_read_all_data" FROM "app";',
    ],
    [
      'a grant option',
      [grant('table', 'public.t', 'app', 'SELECT', true)],
      'app has SELECT WITH GRANT OPTION on table public.t directly, granted by postgres, with grant option; the contract does not declare it',
      'REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM "app";',
    ],
    [
      'an attribute behind SET ROLE',
      [...role('boss', 'bypassrls'), member('boss', 'app', { inherit: false })],
      'app reaches BYPASSRLS via SET ROLE boss; the contract does not declare it',
      'REVOKE "boss" FROM "app";',
    ],
    [
      'the database',
      [grant('database', 'database', 'app', 'CREATE')],
      'app has CREATE on the database directly, granted by postgres; the contract does not declare it',
      'REVOKE CREATE ON DATABASE "live" FROM "app";',
    ],
    [
      'a view',
      [owner('view', 'public.v'), grant('view', 'public.v', 'app', 'SELECT')],
      'app has SELECT on view public.v directly, granted by postgres; the contract does not declare it',
      'REVOKE SELECT ON TABLE public.v FROM "app";',
    ],
    [
      'a kind of object that no contract lists',
      [owner('foreign-server', 'far'), grant('foreign-server', 'far', 'app', 'USAGE')],
      'app has USAGE on foreign-server far directly, granted by postgres; the contract does not declare it',
      'REVOKE USAGE ON FOREIGN SERVER far FROM "app";',
    ],
  ])('sees %s, says by which path, and how to take it away', (_, facts, message, remedy) => {
    const { code, severity, ...rest } = judge(...facts).find((one) => one.message === message) ?? ofApp(...facts);
    expect(rest.message).toBe(message);
    expect({ severity, remedy: rest.remedy }).toEqual({ severity: 'high', remedy });
    expect(code).toMatch(/^undeclared-(access|owner|attribute)$/);
  });

  it('tells an owner that it must not own, once, and nothing of what owners may do', () => {
    const own = ['SELECT', 'DELETE', 'TRUNCATE'].map((privilege) => grant('table', 'public.mine', 'app', privilege));
    expect(brief(judge(owner('table', 'public.mine', 'app'), ...own))).toEqual([
      'undeclared-owner app OWNER public.mine',
    ]);
  });

  it('counts what an owner has of its own as declared, and columns with their table', () => {
    expect(brief(judge(grant('function', 'public.f()', 'app', 'EXECUTE')))).toEqual([]);
    expect(
      brief(judge(grant('column', 'public.t.c', 'app', 'SELECT'), grant('column', 'public.t."c.d"', 'rw', 'SELECT'))),
    ).toEqual([]);
  });

  it('takes a column’s sequence for its table’s owner’s, as the server does', () => {
    const audited = contractWith(
      'schemas: { public: { grants: { PUBLIC: [USAGE] } } }\ntables: { public.log: { owner: rw } }',
    );
    const sequence = (detail: Fact['detail']) => ({ ...owner('sequence', 'public.log_id_seq', 'rw'), detail });
    const found = (detail: Fact['detail']) => {
      const facts = [...roles, ...publicSchema, owner('table', 'public.log', 'rw'), sequence(detail)];
      return brief(judgeAccess(audited, facts, contractedAccess(audited, facts), 'live'));
    };
    expect(found({ owned_by: 'public.log.id' })).toEqual([]);
    expect(found({})).toContain('undeclared-owner rw OWNER public.log_id_seq');
  });

  it('tells of PUBLIC to PUBLIC and to logins, not to groups', () => {
    expect(brief(judge(grant('table', 'public.t', 'PUBLIC', 'DELETE')))).toEqual(
      ['undeclared-access PUBLIC DELETE public.t', 'undeclared-access app DELETE public.t'].toSorted(),
    );
  });

  it('does not judge what a listed extension brings, and names another once', () => {
    const ofExtension = (name: string) => [
      about('function', `public.${name}()`, 'owner', { extension: name }, 'admin'),
      grant('function', `public.${name}()`, 'PUBLIC', 'EXECUTE'),
    ];
    expect(judge(...ofExtension('pgcrypto'))).toEqual([]);
    expect(brief(judge(...ofExtension('dblink')))).toEqual(['undeclared-extension   dblink']);
  });

  it('finds a built-in function that was made to run as its owner', () => {
    const definer = (object: string, detail = {}) => about('function', object, 'security-definer', detail);
    expect(judge(definer('pg_catalog.f()', { extension: 'pgcrypto' }))).toEqual([]);
    expect(judge(definer('pg_catalog.pg_sleep(double precision)'))).toMatchObject([
      {
        code: 'undeclared-definer-function',
        identity: 'PUBLIC',
        object: 'pg_catalog.pg_sleep(double precision)',
        remedy: 'ALTER FUNCTION pg_catalog.pg_sleep(double precision) SECURITY INVOKER;',
      },
    ]);
  });

  it('misses what is declared and not there', () => {
    const without = (gone: (fact: Fact) => boolean) => {
      const facts = asDeclared.filter((fact) => !gone(fact));
      return judgeAccess(contract, facts, contractedAccess(contract, facts), 'live');
    };
    expect(without(({ property }) => property === 'SELECT')).toMatchObject([
      {
        code: 'missing-access',
        severity: 'medium',
        identity: 'rw',
        access: 'SELECT',
        object: 'public.t',
        message: 'rw lacks SELECT on table public.t, which the contract declares',
        remedy: 'GRANT SELECT ON TABLE public.t TO "rw";',
      },
    ]);
    expect(brief(without(({ object }) => object === 'public.t'))).toEqual(['missing-object   public.t']);
    // A grant is not usable without its schema.
    expect(brief(without(({ object, property }) => object === 'public' && property === 'USAGE'))).toEqual([
      'missing-access PUBLIC USAGE public',
      'missing-access rw SELECT public.t',
    ]);
  });

  it('names the schema where what is granted is out of reach, and grants nothing again', () => {
    const closed = asDeclared.filter(({ object, property }) => !(object === 'public' && property === 'USAGE'));
    const found = judgeAccess(contract, closed, contractedAccess(contract, closed), 'live');
    expect(found.map(({ object, message, remedy }) => [object, message, remedy])).toContainEqual([
      'public.t',
      'rw holds SELECT on table public.t, which the contract declares, and cannot use it without USAGE on schema public',
      'GRANT USAGE ON SCHEMA public TO "rw";',
    ]);
  });

  it('counts what PUBLIC holds in a schema that is not open to it: those who may use the schema have it', () => {
    const library = contractWith('functions: { lib.f(): { grants: { PUBLIC: [EXECUTE] } } }');
    const facts = [
      ...roles,
      owner('schema', 'lib'),
      grant('schema', 'lib', 'app', 'USAGE'),
      owner('function', 'lib.f()'),
      grant('function', 'lib.f()', 'PUBLIC', 'EXECUTE'),
    ];
    expect(brief(judgeAccess(library, facts, contractedAccess(library, facts), 'live'))).toEqual([
      'undeclared-access app USAGE lib',
    ]);
  });

  it.each([
    ['procedure', 'PROCEDURE'],
    ['aggregate', 'ROUTINE'],
    [undefined, 'FUNCTION'],
  ])('grants what is missing in the words of GRANT: a routine that is %s is a %s', (routine, word) => {
    const posting = contractWith('functions: { public.post(integer): { grants: { app: [EXECUTE] } } }');
    const post = { ...owner('function', 'public.post(integer)'), detail: routine === undefined ? {} : { routine } };
    const facts = [...roles, ...publicSchema, post];
    expect(judgeAccess(posting, facts, contractedAccess(posting, facts), 'live').map(({ remedy }) => remedy)).toContain(
      `GRANT EXECUTE ON ${word} public.post(integer) TO "app";`,
    );
  });
});
