import { describe, expect, it } from 'vitest';

import { nameOf, targetOf, urlOf } from './target.ts';

const url = 'postgresql://us%20er:p%40ss@db.example:5433/my%20db';

describe('the URL of a target', () => {
  it('leads where the one that it was read from leads', () => {
    expect(urlOf(targetOf(url, 'it'))).toBe(url);
    expect(nameOf(targetOf(url, 'it'))).toBe('us er@db.example:5433/my db');
  });

  it.each([
    'sslmode=require',
    'sslmode=verify-full',
    'sslmode=no-verify',
    'sslmode=disable',
    'ssl=true',
    'sslmode=require&uselibpqcompat=true',
  ])('keeps %s, and is read as before', (query) => {
    const target = targetOf(`${url}?application_name=x&${query}`, 'it');
    expect(urlOf(target)).toBe(`${url}?${query}`);
    // Another database of the same server is reached in the same way.
    expect(targetOf(urlOf({ ...target, database: 'other' }), 'it')).toEqual({ ...target, database: 'other' });
  });

  it('says of encryption what the driver is told', () => {
    expect(['require', 'no-verify', 'disable'].map((mode) => targetOf(`${url}?sslmode=${mode}`, 'it').ssl)).toEqual([
      {},
      { rejectUnauthorized: false },
      false,
    ]);
  });
});
