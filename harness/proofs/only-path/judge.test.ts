import { describe, expect, it } from 'vitest';

import type { Outcome } from '../../attempts/outcome.ts';
import type { OnlyPathObservation } from './observe.ts';
import { contractWith } from '../../testing/contract.ts';
import { attempt, working } from '../../testing/observed.ts';
import { judgeOnlyPaths, onlyPaths, unprovenPaths } from './judge.ts';

const contract = contractWith(`
tables: { t: { only_through: [f()], grants: { rw: [SELECT] } } }
functions: { f(): { grants: { rw: [EXECUTE] }, call: select f() } }
`);
const withGuest = {
  ...contract,
  identities: { ...contract.identities, guest: { ...contract.identities['app']!, member_of: [] } },
};
const seen = (rest: Partial<OnlyPathObservation> = {}): OnlyPathObservation[] => [
  { table: 't', exists: true, through: ['f()'], ways: [], unread: [], gateways: [], ...rest },
];
const gateway = (as: string, outcome: Outcome) => ({
  function: 'f()',
  as,
  sql: '',
  outcome,
  sqlstate: null,
  message: null,
  rows: 0,
});
const denied = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].map((command) =>
  attempt(`app ${command} t`, 'denied-by-grant'),
);
const works = attempt('app EXECUTE f()', 'allowed');
const judged = (...given: Parameters<typeof judgeOnlyPaths> extends [unknown, ...infer Rest] ? Rest : never) =>
  judgeOnlyPaths(contract, ...given).map(({ code, identity, access }) => `${code} ${identity} ${access ?? ''}`);
const reasons = (...given: Parameters<typeof onlyPaths> extends [unknown, ...infer Rest] ? Rest : never) =>
  unprovenPaths(onlyPaths(contract, ...given)).map(({ object, reason }) => `only path to ${object}: ${reason}`);

describe('an only path', () => {
  it('holds where the table is denied, the function works, and a stranger is kept out', () => {
    const gateways = [gateway('a stranger', 'denied-by-grant'), gateway('ro', 'absent')];
    expect(judged(seen({ gateways }), [...denied, works])).toEqual([]);
    expect(reasons(seen({ gateways }), [...denied, works])).toEqual([]);
  });

  it.each<Outcome>(['allowed', 'hidden', 'denied-by-rls'])(
    'is open where a statement on the table ended as %s',
    (outcome) => {
      expect(judged(seen(), [attempt('app SELECT t', outcome), works])).toEqual(['only-path-open app SELECT']);
    },
  );

  it('is open by a privilege, once, although a login executed it too', () => {
    expect(
      judged(seen({ ways: [{ kind: 'privilege', name: 'SELECT', roles: ['app', 'rw'] }] }), [
        attempt('app SELECT t', 'allowed'),
        works,
      ]),
    ).toEqual(['only-path-open app SELECT', 'only-path-open rw SELECT']);
  });

  it('is not open by what the contract gives a definer', () => {
    const given = contractWith('').identities;
    const withDefiner = {
      ...contract,
      identities: { ...given, owner: { ...given['rw']!, kind: 'definer' as const } },
      tables: { t: { ...contract.tables['t']!, grants: { owner: ['SELECT' as const] } } },
    };
    const ways = [
      { kind: 'privilege' as const, name: 'SELECT', roles: ['owner'] },
      { kind: 'privilege' as const, name: 'DELETE', roles: ['owner'] },
    ];
    expect(
      judgeOnlyPaths(withDefiner, seen({ ways }), [...denied, works]).map(
        ({ identity, access }) => `${identity} ${access ?? ''}`,
      ),
    ).toEqual(['owner DELETE']);
  });

  it('is open where a stranger gets in, which is PUBLIC', () => {
    expect(judged(seen({ gateways: [gateway('a stranger', 'allowed')] }), [...denied, works])).toEqual([
      'only-path-open PUBLIC EXECUTE f()',
    ]);
  });

  it('takes EXECUTE from everybody where everybody has it, from the role as well', () => {
    const remedies = (...gateways: ReturnType<typeof gateway>[]) =>
      judgeOnlyPaths(contract, seen({ gateways }), [...denied, works]).map(({ remedy }) => remedy);
    expect(remedies(gateway('ro', 'allowed'))).toEqual(['REVOKE EXECUTE ON ROUTINE f() FROM "ro";']);
    expect(remedies(gateway('a stranger', 'allowed'), gateway('ro', 'allowed'))).toEqual([
      'REVOKE EXECUTE ON ROUTINE f() FROM PUBLIC;',
      'REVOKE EXECUTE ON ROUTINE f() FROM PUBLIC, "ro";',
    ]);
  });

  it.each<Outcome>(['absent', 'error:22012', 'denied-by-grant'])(
    'is open where who may not got into the body, which ended as %s',
    (outcome) => {
      const inside = { ...gateway('a stranger', outcome), raised_in: 'public.f' };
      expect(judged(seen({ gateways: [inside] }), [...denied, works])).toEqual(['only-path-open PUBLIC EXECUTE f()']);
      expect(reasons(seen({ gateways: [inside] }), [...denied, works])).toEqual([]);
      const other = attempt('guest EXECUTE f()', outcome, { raised_in: 'f', control: { ...working, outcome } });
      const guests = denied.map((one) => ({ ...one, identity: 'guest' }));
      expect(judgeOnlyPaths(withGuest, seen(), [...denied, works, ...guests, other])).toMatchObject([
        { code: 'only-path-open', identity: 'guest', access: 'EXECUTE f()' },
      ]);
    },
  );

  it('is closed where what its call is made of was refused, before the function', () => {
    const before = { ...gateway('a stranger', 'denied-by-grant'), raised_in: 'helper' };
    expect(judged(seen({ gateways: [before] }), [...denied, works])).toEqual([]);
  });

  it.each<Outcome>(['denied-by-grant', 'absent', 'hidden', 'error:22012'])(
    'is closed to those who may, where the call ended as %s',
    (outcome) => {
      expect(judged(seen(), [...denied, attempt('app EXECUTE f()', outcome)])).toEqual([
        'only-path-closed app EXECUTE f()',
      ]);
    },
  );

  it('is not proven where something could not be tried', () => {
    const nobody = {
      as: 'superuser',
      outcome: 'error:22012',
      sqlstate: '22012',
      message: 'division by zero',
      rows: 0,
    } as const;
    expect(reasons(seen(), denied)).toEqual(['only path to t: f() as app: it was not called']);
    expect(reasons(seen(), [works])).toEqual(['only path to t: t was not tried as app']);
    expect(reasons(seen({ exists: false }), [])).toEqual(['only path to t: t does not exist']);
    expect(
      reasons(seen(), [
        ...denied,
        attempt('app EXECUTE f()', 'error:22012', { control: nobody, message: 'division by zero' }),
      ]),
    ).toEqual(['only path to t: f() as app: it could not be called: division by zero']);
    expect(reasons(seen(), [...denied, attempt('app EXECUTE f()', 'allowed', { rows: 0 })])).toEqual([
      'only path to t: f() as app: its call returned no row to anybody: give one that does',
    ]);
    expect(reasons(seen({ gateways: [gateway('a stranger', 'error:22012')] }), [...denied, works])).toEqual([
      'only path to t: f() as a stranger: it was not denied, and ended as error:22012: ',
    ]);
  });
});
