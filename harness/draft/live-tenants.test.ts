import { describe, expect, it } from 'vitest';

import { chosen } from './live-tenants.ts';

describe('tenants of a live database', () => {
  it('are the two that most tables know', () => {
    const seen = [{ tenant: '3' }, { tenant: '1' }, { tenant: '2' }, { tenant: '1' }, { tenant: '2' }];
    expect(chosen(seen, ['tenant'])).toEqual({ own: { tenant: '1' }, other: { tenant: '2' } });
  });

  it('are values that stand together in a row, and differ in each', () => {
    const seen = [
      { user: 'a' },
      { user: 'c' },
      { user: 'a', org: '1' },
      { user: 'b', org: '1' },
      { user: 'c', org: '2' },
    ];
    expect(chosen(seen, ['user', 'org'])).toEqual({ own: { user: 'a', org: '1' }, other: { user: 'c', org: '2' } });
  });

  it('are values of several tables where none has all', () => {
    const seen = [{ user: 'a' }, { user: 'b' }, { org: '1' }, { org: '2' }];
    expect(chosen(seen, ['user', 'org'])).toEqual({ own: { user: 'a', org: '1' }, other: { user: 'b', org: '2' } });
  });

  it('are none where rows of one tenant are there alone', () => {
    expect(chosen([{ tenant: '1' }], ['tenant'])).toBeUndefined();
    expect(chosen([], ['tenant'])).toBeUndefined();
  });
});
