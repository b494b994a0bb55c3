import { describe, expect, it } from 'vitest';

import { about, grant, member, role, roles } from '../testing/facts.ts';
import { concerning } from './drift.ts';

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
