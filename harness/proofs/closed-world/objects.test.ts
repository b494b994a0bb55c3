import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, owner, policy as policyFact } from '../../testing/facts.ts';
import { judgeObjects } from './objects.ts';
import { sameKey } from './policy-expression.ts';

const digest = 'a'.repeat(64);
const contract = contractWith(`
schemas: { public: {} }
tables:
  public.t: { row_security: forced, policies: { mine: { using: "(a = b)" } } }
  public.u: {}
functions:
  public.f(): { security: definer, owner: rw, search_path: pg_temp, body_sha256: ${digest}, returns: integer }
  public.g(): {}
`);
const rls = (enabled: boolean, forced: boolean) => about('table', 'public.t', 'row-security', { enabled, forced });
const policy = (detail: Fact['detail'] = {}, name = 'mine') =>
  policyFact('public.t', name, {
    command: 'ALL',
    permissive: true,
    roles: ['PUBLIC'],
    using: '(a = b)',
    ...detail,
  });
const definer = (detail: Fact['detail'] = {}) =>
  about('function', 'public.f()', 'security-definer', {
    search_path: 'pg_temp',
    body: digest,
    returns: 'integer',
    ...detail,
  });
const given = {
  schema: owner('schema', 'public', 'pg_database_owner'),
  t: owner('table', 'public.t'),
  u: owner('table', 'public.u'),
  f: owner('function', 'public.f()', 'rw'),
  g: owner('function', 'public.g()'),
  rls: rls(true, true),
  policy: policy(),
  definer: definer(),
};
const judge = (changed: Partial<Record<keyof typeof given, Fact | undefined>> = {}, ...more: Fact[]) =>
  judgeObjects(contract, [
    ...Object.values({ ...given, ...changed }).filter((fact) => fact !== undefined),
    ...more,
  ]).map(({ code, message, remedy }) => [code, message, remedy]);

describe('an expression of a policy', () => {
  const wanted = (using: string) =>
    contractWith(`
schemas: { public: {} }
tables: { public.t: { row_security: forced, policies: { mine: { using: ${JSON.stringify(using)} } } } }
`);
  const judged = (using: string, seen: string, same?: ReadonlySet<string>) =>
    judgeObjects(wanted(using), [given.schema, given.t, given.rls, policy({ using: seen })], same);

  it('may stand in several lines', () => {
    expect(judged('( a =\n   b )\n', '(a = b)')).toEqual([]);
    expect(judged(`(a = 'x  y')`, `(a =\n 'x  y')`)).toEqual([]);
  });

  it('is another where a text or a name in it is', () => {
    expect(judged(`(a = 'x y')`, `(a = 'x  y')`)).toHaveLength(1);
    expect(judged(`("a b" = c)`, `("a  b" = c)`)).toHaveLength(1);
  });

  it('is the same where the server says so, and only that', () => {
    const same = new Set([sameKey({ table: 'public.t', wanted: 'a = b', seen: '(a = b)' })]);
    expect(judged('a = b', '(a = b)', same)).toEqual([]);
    expect(judged('a = b', '(a = c)', same)).toHaveLength(1);
  });

  it('is said to be none where one of the two sets nothing', () => {
    const words = (facts: Fact['detail']) =>
      judgeObjects(contract, [...Object.values(given).filter(({ kind }) => kind !== 'policy'), policy(facts)])[0]!
        .message;
    expect(words({ check: '(a = c)' })).toMatch(/: check is \(a = c\), and the contract sets none$/);
    expect(words({ using: undefined as never })).toMatch(/: using is not set, and \(a = b\) in the contract$/);
  });

  it('is told in one line, with the lines that would declare it', () => {
    const [finding] = judged('true', '(a IN ( SELECT\n   b\n  FROM c))');
    expect(finding).toMatchObject({
      message: 'policy mine of public.t differs from the contract: using is (a IN (SELECT b FROM c)), not true',
      declare: `tables:\n  public.t:\n    policies:\n      mine:\n        using: |-\n          (a IN ( SELECT\n             b\n            FROM c))`,
    });
    expect(
      judgeObjects(contract, [
        ...Object.values(given),
        policy({ command: 'INSERT', permissive: false, roles: ['rw'], check: 'true' }, 'more'),
      ]),
    ).toMatchObject([
      {
        declare:
          'tables:\n  public.t:\n    policies:\n      more:\n        command: INSERT\n        permissive: false\n        roles:\n          - rw\n        using: (a = b)\n        check: "true"',
      },
    ]);
  });
});

describe('objects', () => {
  it('as declared give no finding, and those that are not there are not judged', () => {
    expect(judge()).toEqual([]);
    expect(judgeObjects(contract, []).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'changed-policy: public.t has no policy mine',
    ]);
  });

  it.each<[what: string, found: string[][], code: string, message: string, remedy: string]>([
    [
      'a table of another owner',
      judge({ t: owner('table', 'public.t', 'app') }),
      'undeclared-owner',
      'public.t is owned by app; the contract says admin or pg_database_owner',
      'ALTER TABLE public.t OWNER TO "admin";',
    ],
    [
      'a function of another owner',
      judge({ f: owner('function', 'public.f()', 'admin') }),
      'undeclared-owner',
      'public.f() is owned by admin; the contract says rw',
      'ALTER FUNCTION public.f() OWNER TO "rw";',
    ],
    [
      'row security that is off',
      judge({ rls: rls(false, true) }),
      'changed-row-security',
      'row-level security of public.t is off; the contract says forced',
      'ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;',
    ],
    [
      'row security that is not forced',
      judge({ rls: rls(true, false) }),
      'changed-row-security',
      'row-level security of public.t is enabled; the contract says forced',
      'ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;',
    ],
    [
      'row security nobody declared',
      judge({}, about('table', 'public.u', 'row-security', { enabled: true, forced: false })),
      'changed-row-security',
      'row-level security of public.u is enabled; the contract says off',
      'ALTER TABLE public.u DISABLE ROW LEVEL SECURITY;',
    ],
    [
      'a policy too many',
      judge({}, policy({}, 'o"ther')),
      'changed-policy',
      'public.t has the policy o"ther, which the contract does not declare',
      'DROP POLICY "o""ther" ON public.t;',
    ],
    [
      'a policy named like a property of every object',
      judge({}, policy({}, 'constructor')),
      'changed-policy',
      'public.t has the policy constructor, which the contract does not declare',
      'DROP POLICY "constructor" ON public.t;',
    ],
    [
      'a policy too few',
      judge({ policy: undefined }),
      'changed-policy',
      'public.t has no policy mine',
      'CREATE POLICY "mine" ON public.t USING ((a = b));',
    ],
    [
      'a policy of another condition',
      judge({ policy: policy({ using: 'true' }) }),
      'changed-policy',
      'policy mine of public.t differs from the contract: using is true, not (a = b)',
      'DROP POLICY "mine" ON public.t; CREATE POLICY "mine" ON public.t USING ((a = b));',
    ],
    [
      'a policy with a check',
      judge({ policy: policy({ check: 'true', command: 'INSERT' }) }),
      'changed-policy',
      'policy mine of public.t differs from the contract: command is INSERT, not ALL; check is true, and the contract sets none',
      'DROP POLICY "mine" ON public.t; CREATE POLICY "mine" ON public.t USING ((a = b));',
    ],
    [
      'a function that is not definer',
      judge({ definer: undefined }),
      'changed-function',
      'public.f() is SECURITY INVOKER; the contract says DEFINER',
      'ALTER FUNCTION public.f() SECURITY DEFINER;',
    ],
    [
      'a function that became definer',
      judge({}, about('function', 'public.g()', 'security-definer', {})),
      'changed-function',
      'public.g() is SECURITY DEFINER; the contract says INVOKER',
      'ALTER FUNCTION public.g() SECURITY INVOKER;',
    ],
    [
      'another search_path',
      judge({ definer: definer({ search_path: 'public' }) }),
      'changed-function',
      'public.f() has search_path = public; the contract says pg_temp',
      'ALTER FUNCTION public.f() SET search_path = pg_temp;',
    ],
    [
      'a further setting',
      judge({ definer: definer({ config: 'row_security=off' }) }),
      'changed-function',
      'public.f() also sets row_security=off; the contract knows no setting of it but search_path',
      'ALTER FUNCTION public.f() RESET ALL; ALTER FUNCTION public.f() SET search_path = pg_temp;',
    ],
    [
      'another body',
      judge({ definer: definer({ body: 'b'.repeat(64) }) }),
      'changed-function',
      `public.f() has another body than the contract: ${'b'.repeat(64)}, not ${digest}`,
      'Restore public.f() from its migration.',
    ],
    [
      'another result',
      judge({ definer: definer({ returns: 'text' }) }),
      'changed-function',
      'public.f() has another result than the contract: text, not integer',
      'Restore public.f() from its migration.',
    ],
  ])('see %s', (_, found, ...finding) => {
    expect(found).toEqual([finding]);
  });

  it('may be owned by any migrator where the contract names no owner', () => {
    expect(judge({ schema: owner('schema', 'public', 'admin') })).toEqual([]);
  });
});
