import { describe, expect, it } from 'vitest';

import { about, grant, member, owner, policy, promise, publicSchema, role } from '../testing/facts.ts';
import { butForOwners, type BuiltByMigrator } from './but-for-owners.ts';
import type { Fact } from './fact.ts';
import { factLine } from './fact-text.ts';

const built: BuiltByMigrator = {
  builder: 'postgres',
  superuser: 'rdsadmin',
  migrator: 'deployer',
  start: [
    ...role('rdsadmin', 'superuser', 'login'),
    ...role('rds_superuser'),
    member('rds_superuser', 'deployer', {}, 'rdsadmin'),
  ],
};
const by = (fact: Fact, grantor: string): Fact => ({ ...fact, detail: { ...fact.detail, grantor } });
/** The owner's own privileges, and what it grants to app. */
const ownedBy = (who: string, group: Fact[] = []) => [
  ...role('app', 'login'),
  owner('table', 'public.t', who),
  by(grant('table', 'public.t', who, 'SELECT'), who),
  by(grant('table', 'public.t', 'app', 'SELECT'), who),
  promise(who, null, 'functions', 'app', 'EXECUTE'),
  ...group,
];
const head = [...role('postgres', 'superuser', 'login'), ...ownedBy('postgres', publicSchema)];
const reached = [...built.start, ...role('deployer', 'createrole', 'login'), ...ownedBy('deployer', publicSchema)];
const differing = (there: Fact[], here: Fact[], how = built) => {
  const { added, removed } = butForOwners(there, here, how);
  return [...added.map((fact) => `+ ${factLine(fact)}`), ...removed.map((fact) => `- ${factLine(fact)}`)].map((line) =>
    line.replaceAll('\t', ' '),
  );
};

describe('a state that the migrator built', () => {
  it('is the same but for owners and grantors, and those are told by whose they are', () => {
    expect(differing(head, reached)).toEqual([]);
    const { owners, expected, reached: alike } = butForOwners(head, reached, built);
    expect(alike.map(factLine)).toEqual(expected.map(factLine));
    expect(owners).toEqual([
      { what: 'grantor', expected: 'postgres', reached: 'deployer', objects: ['table public.t'] },
      { what: 'owner', expected: 'postgres', reached: 'deployer', objects: ['table public.t'] },
    ]);
  });

  it('differs where somebody else has a grant, or an object is another role’s than of who builds', () => {
    expect(differing(head, [...reached, grant('table', 'public.t', 'PUBLIC', 'SELECT')])).toEqual([
      '+ table public.t PUBLIC SELECT grantable=false',
    ]);
    expect(
      differing([...head, owner('function', 'f()', 'app')], [...reached, owner('function', 'f()', 'deployer')]),
    ).toEqual(['+ function f() postgres owner', '- function f() app owner']);
  });

  it('differs where a policy is for another role, and not where it is for who builds', () => {
    expect(
      differing(
        [...head, policy('public.t', 'p', { roles: ['postgres'] })],
        [...reached, policy('public.t', 'p', { roles: ['deployer'] })],
      ),
    ).toEqual([]);
    expect(
      differing(
        [...head, policy('public.t', 'p', { roles: ['app'] })],
        [...reached, policy('public.t', 'p', { roles: ['deployer'] })],
      ),
    ).toHaveLength(2);
  });

  it('has roles, memberships and settings of the server, which are not a difference; what a migration should have taken is', () => {
    const start = [...built.start, grant('schema', 'public', 'PUBLIC', 'CREATE')];
    expect(differing(head, [...reached, grant('schema', 'public', 'PUBLIC', 'CREATE')], { ...built, start })).toEqual([
      '+ schema public PUBLIC CREATE grantable=false',
    ]);
    expect(
      differing(head, [...reached, about('setting', 'cluster', 'work_mem', { value: '1' }, 'rds_superuser')]),
    ).toHaveLength(1);
  });

  it('has the memberships by which whoever makes a role may give it on, and none that it forgot to take back', () => {
    const implicit = member('app', 'deployer', { admin: true, inherit: false, set: false }, 'rdsadmin');
    expect(differing(head, [...reached, implicit])).toEqual([]);
    expect(differing(head, [...reached, implicit, member('app', 'deployer', {}, 'deployer')])).toEqual([
      '+ membership app postgres member admin=false inherit=true set=true',
    ]);
  });

  it('has a migrator that head knows by its name: what that is granted stays its own', () => {
    const named = [...role('deployer'), grant('schema', 'public', 'deployer', 'CREATE')];
    expect(differing([...head, ...named], [...reached, grant('schema', 'public', 'deployer', 'CREATE')])).toEqual([]);
    expect(differing([...head, ...named], reached)).toEqual(['- schema public deployer CREATE grantable=false']);
  });
});
