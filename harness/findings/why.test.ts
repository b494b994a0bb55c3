import { describe, expect, it } from 'vitest';

import { RolecallError } from '../common/errors.ts';
import { grant, owner, publicSchema, roles } from '../testing/facts.ts';
import { explainAccess } from './why.ts';

const facts = [
  ...roles,
  ...publicSchema,
  owner('table', 'public.t'),
  owner('table', 'public."Odd"'),
  owner('view', 'public.v'),
  owner('function', 'public.f(text)'),
  owner('foreign-server', 'far'),
  grant('column', 'public.t.id', 'rw', 'SELECT'),
  grant('column', 'public.t.name', 'rw', 'SELECT'),
  grant('table', 'public.t', 'rw', 'INSERT'),
];
const ask = (words: string, object: string) => {
  const [role, ...privilege] = words.split(' ') as [string, ...string[]];
  return explainAccess({ facts, database: 'live' }, role, privilege.join(' '), object);
};
const missing = (words: string, object: string) => ask(words, object).missing;

describe('an explanation', () => {
  it('of a column says yes by the column’s grant, or by the table’s', () => {
    expect(ask('app SELECT', 'public.t.id')).toMatchObject({
      allowed: true,
      paths: [{ text: 'via rw (granted by postgres), on column id only' }],
    });
    expect(ask('app insert', 'public.t.id')).toMatchObject({
      allowed: true,
      paths: [{ text: 'via rw (granted by postgres)' }],
    });
    expect(ask('app SELECT', 'public.t.secret')).toMatchObject({ allowed: false, paths: [] });
    expect(missing('app SELECT', 'public.t.secret')).toEqual([
      { what: 'SELECT on public.t.secret', remedy: 'GRANT SELECT (secret) ON TABLE public.t TO "app";' },
    ]);
  });

  it('of a table names the columns that are held', () => {
    expect(ask('app SELECT', 'public.t')).toMatchObject({ allowed: false, columns: ['id', 'name'] });
  });

  it('takes public in any case for PUBLIC', () => {
    expect(ask('public USAGE', 'public')).toMatchObject({ role: 'PUBLIC', allowed: true });
    expect(missing('Public SELECT', 'public.t')).toEqual([
      { what: 'SELECT on public.t', remedy: 'GRANT SELECT ON TABLE public.t TO PUBLIC;' },
    ]);
  });

  it.each([
    ['FLY', 'public.t', 'FLY is not a privilege', 'SELECT'],
    ['ALL', 'public.t', 'ALL is not a privilege', 'SELECT'],
    ['SELECT,INSERT', 'public.t', 'SELECT,INSERT is not a privilege', 'SELECT'],
    ['EXECUTE', 'public.t', 'there is no EXECUTE on a table, which public.t is', 'SELECT, INSERT'],
    [
      'DELETE',
      'public.t.id',
      'there is no DELETE on a column, which public.t.id is',
      'SELECT, INSERT, UPDATE, REFERENCES',
    ],
  ])('refuses %s on %s', (privilege, object, message, next) => {
    const refusal = (() => {
      try {
        return explainAccess({ facts, database: 'live' }, 'app', privilege, object);
      } catch (error) {
        return error;
      }
    })();
    expect(refusal).toBeInstanceOf(RolecallError);
    expect(refusal).toMatchObject({
      code: 'bad-argument',
      exit: 2,
      message,
      next: expect.stringContaining(next) as string,
    });
  });

  it.each([
    ['other.t', 'other.t does not exist, or is not written as the server prints it; did you mean public.t?'],
    ['odd', 'odd does not exist, or is not written as the server prints it; did you mean public."Odd"?'],
    [
      'public.f(int, int)',
      'public.f(int, int) does not exist, or is not written as the server prints it; did you mean public.f(text)?',
    ],
    ['public.nothing', 'public.nothing does not exist, or is not written as the server prints it'],
    ['pg_catalog.pg_class', 'pg_catalog.pg_class belongs to the system, and system objects are not covered'],
  ])('of %s, which is unknown, is none even to a superuser', (object, what) => {
    expect(ask('admin SELECT', object)).toMatchObject({ allowed: false, missing: [{ what, remedy: '' }] });
  });

  it('is yes to a superuser where the object exists', () => {
    expect(ask('admin SELECT', 'public.t')).toMatchObject({ allowed: true });
  });

  it('uses the words of GRANT', () => {
    expect(missing('app USAGE', 'far')[0]!.remedy).toBe('GRANT USAGE ON FOREIGN SERVER far TO "app";');
    expect(missing('app SELECT', 'public.v')[0]!.remedy).toBe('GRANT SELECT ON TABLE public.v TO "app";');
  });
});
