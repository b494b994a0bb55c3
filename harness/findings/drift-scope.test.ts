import { describe, expect, it } from 'vitest';

import { about, grant, member, owner, role, roles } from '../testing/facts.ts';
import { serverOf } from '../findings/server.ts';
import { contractWith } from '../testing/contract.ts';
import { made, serverFacts } from '../testing/managed.ts';
import { concerning, ofCustomer } from './drift-scope.ts';

const own = { app: {}, rw: {}, admin: {} };
const kept = (...facts: ReturnType<typeof role>) => concerning(own, [...roles, ...facts]).slice(roles.length);

describe('what concerns a database', () => {
  it('excludes roles that can do nothing in it', () => {
    expect(
      kept(
        ...role('other', 'login'),
        ...role('group'),
        member('group', 'other'),
        about('setting', 'cluster', 'work_mem', { value: '1MB' }, 'other'),
      ),
    ).toEqual([]);
  });

  it.each(['superuser', 'bypassrls', 'createrole', 'createdb', 'replication'])('is any role with %s', (power) => {
    const facts = role('other', power);
    expect(kept(...facts)).toEqual(facts);
  });

  it('includes members of predefined roles and whoever holds a grant', () => {
    const facts = [
      ...role('reader'),
      member('pg_read_all_data', 'reader'),
      ...role('guest'),
      grant('table', 'public.t', 'guest', 'SELECT'),
    ];
    expect(kept(...facts)).toEqual(facts);
  });
});

describe('on a server that somebody else keeps', () => {
  const contract = contractWith();
  const left = (...more: ReturnType<typeof role>) => {
    const facts = [...serverFacts('neon'), ...more];
    return ofCustomer(facts, serverOf(facts, contract), contract.identities);
  };

  it('what is its provider’s is not drift', () => {
    expect(
      left(
        made('app', 'neondb_owner', 'cloud_admin'),
        about('setting', 'cluster', 'neon.x', { value: '1' }),
        owner('schema', 'neon', 'cloud_admin'),
        owner('table', 'neon.t', 'cloud_admin'),
        owner('extension', 'neon', 'cloud_admin'),
        grant('database', 'database', 'neon_superuser', 'CREATE'),
      ).filter(({ kind, object }) => !(kind === 'role' && object === 'pg_create_subscription')),
    ).toEqual([]);
  });

  it('what is its customer’s is', () => {
    const facts = [
      ...role('guest', 'createrole'),
      member('neon_superuser', 'app', {}, 'neondb_owner'),
      owner('schema', 'public', 'neondb_owner'),
      grant('table', 'public.t', 'app', 'SELECT'),
      about('setting', 'database', 'search_path', { value: 'x' }),
    ];
    expect(left(...facts)).toEqual(expect.arrayContaining(facts));
  });
});
