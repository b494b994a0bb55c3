import { expect, it } from 'vitest';

import { grant, member, owner, role } from '../testing/facts.ts';
import { made, serverFacts } from '../testing/managed.ts';
import { customersPart } from './customers-part.ts';
import { draftIdentities } from './identities.ts';
import { draftObjects } from './objects.ts';

const facts = [
  ...serverFacts('rds', { role: 'boss' }),
  ...role('app', 'login', 'inherit'),
  ...role('rw', 'inherit'),
  made('app', 'boss', 'rdsadmin'),
  made('rw', 'boss', 'rdsadmin'),
  member('rw', 'app', {}, 'boss'),
  member('rds_superuser', 'app', {}, 'boss'),
  owner('table', 'public.t', 'boss'),
  grant('table', 'public.t', 'rw', 'SELECT'),
  grant('table', 'public.t', 'rds_superuser', 'SELECT'),
];

it('a draft names no role of the provider’s, and its customer’s admin as who migrates', () => {
  const { facts: left, admins, server } = customersPart(facts);
  const { identities, unsure } = draftIdentities(left, undefined, admins);
  expect(server).toBe('rds');
  expect(identities).toEqual({
    app: { kind: 'login', member_of: ['rw'] },
    boss: { kind: 'migrator' },
    rw: { kind: 'group' },
  });
  expect(unsure).toEqual([]);
  expect(draftObjects(left, identities).tables).toEqual({ 'public.t': { grants: { rw: ['SELECT'] } } });
});

it('where no server is recognised, all of it is drafted', () => {
  const plain = facts.filter(({ object, property }) => !(object === 'rdsadmin' && property === 'superuser'));
  const part = customersPart(plain);
  expect(part).toEqual({ facts: plain, admins: new Set(), server: undefined });
});
