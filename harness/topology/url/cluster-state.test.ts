import { describe, expect, it } from 'vitest';

import { changesOf, type ClusterState, type MembershipState, type RoleState, type SharedState } from './cluster-state.ts';

const role = (oid: number, rolname: string, more: Partial<RoleState> = {}): RoleState => ({ oid: String(oid), rolname, comment: null, rolsuper: false, ...more });
const member = (group: string, name: string, more: Partial<MembershipState> = {}): MembershipState => ({ role: group, member: name, grantor: 'boss', admin: false, inherit: true, set: true, ...more });
const database = (name: string, ...grantees: string[]): SharedState => ({ kind: 'database', name, owner: 'boss', detail: {}, grants: grantees.map((grantee) => ({ grantee, privilege: 'CONNECT', grantable: false })) });

const before: ClusterState = {
  roles: [role(10, 'boss', { rolsuper: true }), role(20, 'old')],
  memberships: [member('boss', 'old')],
  settings: [{ database: null, role: 'old', settings: ['work_mem=1MB'] }],
  shared: [database('theirs', '', 'old')],
};
const after = (more: Partial<ClusterState>) => changesOf(before, { ...before, ...more });

describe('what was there before', () => {
  it('is untouched by what goes with new roles and databases', () => {
    expect(
      after({
        roles: [...before.roles, role(30, 'new')],
        memberships: [...before.memberships, member('old', 'new')],
        settings: [...before.settings, { database: null, role: 'new', settings: ['a=b'] }, { database: 'own', role: null, settings: ['a=b'] }],
        shared: [database('theirs', '', 'new', 'old'), database('own', '')].map((object) => ({ ...object })),
      }),
    ).toEqual({ roles: [], shared: [] });
  });

  it.each<[what: string, more: Partial<ClusterState>, roles: string[], shared: string[]]>([
    ['a role', { roles: [before.roles[0]!, role(20, 'renamed', { rolsuper: true })] }, ['the role old (name, super)'], []],
    ['a role that is gone', { roles: [before.roles[0]!] }, ['the role old, which is gone'], []],
    ['a membership', { memberships: [member('boss', 'old', { admin: true })] }, ['the membership of old in boss'], []],
    ['a membership in a new role', { memberships: [...before.memberships, member('new', 'old')] }, ['the membership of old in new'], []],
    ['a setting', { settings: [] }, ['the settings of old in every database'], []],
    ['a setting of everybody', { settings: [...before.settings, { database: 'theirs', role: null, settings: [] }] }, ['the settings of every role in theirs'], []],
    ['a database', { shared: [database('theirs', 'old')] }, [], ['the database theirs']],
    ['a database that is gone', { shared: [] }, [], ['the database theirs']],
  ])('is told: %s', (_, more, roles, shared) => {
    expect(after(more)).toEqual({ roles, shared });
  });
});
