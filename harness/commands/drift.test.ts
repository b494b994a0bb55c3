import { describe, expect, it } from 'vitest';

import { about, grant, member, role, roles } from '../testing/facts.ts';
import { concerning, summed } from './drift.ts';

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

describe('the lines of a drift', () => {
  const of = (extension: string, ...facts: ReturnType<typeof role>) =>
    facts.map((fact) => ({ ...fact, detail: { ...fact.detail, extension } }));
  const own = grant('table', 'public.t', 'app', 'DELETE');
  const dblink = of(
    'dblink',
    grant('function', 'public.f()', 'app', 'EXECUTE'),
    grant('function', 'public.f()', 'rw', 'EXECUTE'),
    grant('function', 'public.g()', 'app', 'EXECUTE'),
  );

  it('sum up an extension that the other side lacks, and keep what is none of its', () => {
    expect(summed([...dblink, own], [], '+')).toEqual([
      '+ extension dblink: 2 objects, 3 facts',
      expect.stringMatching(/^\+ table public\.t app DELETE/),
    ]);
  });

  it('name each fact of an extension that both have', () => {
    expect(summed(dblink.slice(1), dblink.slice(0, 1), '-')).toHaveLength(2);
  });
});
