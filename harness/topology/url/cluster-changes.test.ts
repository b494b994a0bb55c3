import { describe, expect, it } from 'vitest';

import { changesOf, inWords, withoutMade, type Step } from './cluster-changes.ts';
import type { ClusterState, MembershipState, ParameterState, RoleState, SharedState } from './cluster-state.ts';
import { membershipSql } from './restore-cluster.ts';

const role = (oid: number, rolname: string, more: Partial<RoleState> = {}): RoleState => ({
  oid: String(oid),
  rolname,
  comment: null,
  rolsuper: false,
  ...more,
});
const member = (group: string, name: string, more: Partial<MembershipState> = {}): MembershipState => ({
  role: group,
  member: name,
  grantor: 'boss',
  admin: false,
  inherit: true,
  set: true,
  ...more,
});
const database = (name: string, ...grantees: string[]): SharedState => ({
  kind: 'database',
  name,
  owner: 'boss',
  detail: {},
  grants: grantees.map((grantee) => ({ grantee, privilege: 'CONNECT', grantable: false })),
});
const parameter = (name: string, grantee: string): ParameterState => ({
  name,
  grantee,
  grantor: 'boss',
  privilege: 'SET',
  grantable: false,
});

const before: ClusterState = {
  roles: [role(10, 'boss', { rolsuper: true }), role(20, 'old')],
  memberships: [member('boss', 'old')],
  settings: [{ database: null, role: 'old', settings: ['work_mem=1MB'] }],
  parameters: [parameter('work_mem', 'old')],
  shared: [database('theirs', '', 'old')],
};
/** The steps between states, each beginning where the one before ended. */
const steps = (...states: ClusterState[]): Step[] =>
  states.slice(1).map((after, index) => ({ id: index + 1, before: states[index]!, after }));
const after = (more: Partial<ClusterState>) =>
  inWords(changesOf(steps(before, { ...before, ...more }), new Set(['own'])));
const boss = before.roles[0]!;

describe('what was there before', () => {
  it('is untouched by what goes with new roles and with our own databases', () => {
    expect(
      after({
        roles: [...before.roles, role(30, 'new')],
        memberships: [...before.memberships, member('old', 'new')],
        settings: [
          ...before.settings,
          { database: null, role: 'new', settings: ['a=b'] },
          { database: 'own', role: null, settings: ['a=b'] },
        ],
        parameters: [...before.parameters, parameter('work_mem', 'new')],
        shared: [database('theirs', '', 'new', 'old'), database('own', '')],
      }),
    ).toEqual({ roles: [], shared: [], made: ['the role new, which is new'] });
  });

  it.each<[what: string, more: Partial<ClusterState>, roles: string[], shared: string[]]>([
    ['a role', { roles: [boss, role(20, 'renamed', { rolsuper: true })] }, ['the role old (name, super)'], []],
    ['a role that is gone', { roles: [boss] }, ['the role old, which is gone'], []],
    ['a role that is made again', { roles: [boss, role(40, 'old', { rolsuper: true })] }, ['the role old (super)'], []],
    ['a membership', { memberships: [member('boss', 'old', { admin: true })] }, ['the membership of old in boss'], []],
    [
      'a membership in a new role',
      { roles: [...before.roles, role(30, 'new')], memberships: [...before.memberships, member('new', 'old')] },
      ['the membership of old in new'],
      [],
    ],
    ['a setting', { settings: [] }, ['the settings of old in every database'], []],
    [
      'a setting of everybody',
      { settings: [...before.settings, { database: 'theirs', role: null, settings: [] }] },
      ['the settings of every role in theirs'],
      [],
    ],
    [
      'a privilege on a parameter',
      { parameters: [parameter('work_mem', '')] },
      ['the privileges of PUBLIC on the parameter work_mem', 'the privileges of old on the parameter work_mem'],
      [],
    ],
    ['a database', { shared: [database('theirs', 'old')] }, [], ['the database theirs']],
    ['a database that is gone', { shared: [] }, [], ['the database theirs, which is gone']],
    [
      'a database that is new and not ours',
      { shared: [...before.shared, database('extra')] },
      [],
      ['the database extra, which is new'],
    ],
    [
      'a tablespace',
      { shared: [...before.shared, { ...database('fast'), kind: 'tablespace' }] },
      [],
      ['the tablespace fast, which is new'],
    ],
  ])('is told: %s', (_, more, roles, shared) => {
    expect(after(more)).toMatchObject({ roles, shared });
  });
});

describe('several steps', () => {
  const limited = (limit: number): ClusterState => ({
    ...before,
    roles: [boss, role(20, 'old', { rolconnlimit: limit })],
  });
  const columns = (all: Step[]) =>
    [...changesOf(all).columns.values()].map(({ from, to, step }) => [from?.column, from?.value, to?.value, step]);

  it('are one change from the first to the last', () => {
    expect(columns(steps(limited(1), limited(2), limited(3)))).toEqual([['rolconnlimit', 1, 3, 1]]);
  });

  it('know what belongs to a role that they rename', () => {
    const renamed = {
      ...before,
      roles: [boss, role(20, 'renamed')],
      memberships: [member('boss', 'renamed')],
      shared: [database('theirs', '', 'renamed')],
      settings: [],
      parameters: [parameter('work_mem', 'renamed')],
    };
    expect(inWords(changesOf(steps(before, renamed)))).toEqual({
      roles: ['the role old (name)', 'the settings of old in every database'],
      shared: [],
      made: [],
    });
  });

  it('are none where the last one undoes the first', () => {
    expect(columns(steps(limited(1), limited(2), limited(1)))).toEqual([]);
  });

  it('know what somebody else did between them: that is to be put back, not what was before it', () => {
    const [first, , third] = steps(limited(1), limited(2), limited(5), limited(6));
    expect(columns([first!, third!])).toEqual([['rolconnlimit', 5, 6, 3]]);
  });

  it('do not own what somebody else did between them', () => {
    const stranger = {
      ...before,
      roles: [...before.roles, role(50, 'alice')],
      memberships: [...before.memberships, member('old', 'alice')],
    };
    expect(
      inWords(
        changesOf([
          { id: 1, before, after: before },
          { id: 2, before: stranger, after: stranger },
        ]),
      ),
    ).toEqual({ roles: [], shared: [], made: [] });
  });

  it('own a role however often they drop it and make it again', () => {
    const made = (oid: number) => ({ ...before, roles: [...before.roles, role(oid, 'new')] });
    const changes = changesOf(steps(before, made(30), before, made(31)));
    expect([changes.isMade('31'), changes.isMade('20'), withoutMade(made(31), changes)]).toEqual([true, false, before]);
  });

  it('know a role that they drop and make again by another oid', () => {
    const gone = { ...before, roles: [boss] };
    const again = { ...before, roles: [boss, role(40, 'old', { rolsuper: true })] };
    const changes = changesOf(steps(before, gone, again));
    expect([inWords(changes).roles, changes.rootOf('40'), changes.isMade('40')]).toEqual([
      ['the role old (super)'],
      '20',
      false,
    ]);
  });
});

describe('a membership before PostgreSQL 16', () => {
  const old = (grantor: string, admin = false) => member('boss', 'old', { grantor, admin, inherit: null, set: null });

  it('is one of a member, whoever granted it', () => {
    const changes = changesOf(
      steps({ ...before, memberships: [old('alice')] }, { ...before, memberships: [old('boss')] }),
    );
    expect([...changes.memberships.values()]).toEqual([{ from: old('alice'), to: old('boss'), step: 1 }]);
  });

  it.each<[what: string, from: MembershipState | undefined, to: MembershipState | undefined, sql: string]>([
    ['was not there', undefined, old('boss'), 'revoke "boss" from "old" granted by "boss"'],
    ['is gone', old('alice'), undefined, 'grant "boss" to "old"  granted by "alice"'],
    [
      'has another grantor',
      old('alice', true),
      old('boss'),
      'revoke "boss" from "old"; grant "boss" to "old" with admin option granted by "alice"',
    ],
    [
      'may be handed on',
      old('alice'),
      old('alice', true),
      'revoke admin option for "boss" from "old" granted by "alice"',
    ],
  ])('that %s is put back', (_, from, to, sql) => {
    expect(membershipSql(from, to)).toBe(sql);
  });
});
