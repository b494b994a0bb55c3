import { describe, expect, it, vi } from 'vitest';

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

describe('a URL that is none', () => {
  it.each([
    ['postgresql://u:S3cret@h:99999/d', /port that is not a number from 1 to 65535/],
    ['postgresql://u:S3cret@h:-1/d', /port that is not/],
    ['postgresql://u:S3cret@h:abc/d', /port that is not/],
    ['postgresql://u:S3cret@h/d?port=abc', /port that is not/],
    ['postgresql://u:S3cret@[::1/d', /has a \[ without its \]/],
    ['postgresql://u:S3cret@[::1]x/d', /port that is not/],
    ['postgresql://u:S3cret@h,g/d', /names several hosts/],
    ['postgresql://u:S3cret@h:1,g:2/d', /names several hosts/],
    ['postgresql://u:S3/cret@h/d', /must be encoded/],
    ['postgresql://u:12/S3cret@h/d', /must be encoded/],
    ['postgresql://u:S3#cret@h/d', /must be encoded/],
    ['postgresql://u:S3?cret@h/d', /must be encoded/],
    ['postgresql://u:S3@cret@h/d', /must be encoded/],
    ['postgresql://u:S3cret%ff@h/d', /not UTF-8/],
    ['postgresql://u:S3cret%zz@h/d', /% that begins no code/],
    ['postgresql://u:S3cret%00@h/d', /NUL/],
    ['postgresql://u:S3cret@h/d?sslrootcert=/not/there.pem', /cannot be read: \/not\/there\.pem \(ENOENT\)/],
    ['postgresql://u:S3cret@h/d?sslmode=verify-ca&uselibpqcompat=true', /cannot be read/],
    ['postgresql://u:S3cret@h', /names no database/],
    ['postgresql://:S3cret@h/d', /names no user/],
    ['mysql://u:S3cret@h/d', /is not a connection URL/],
    ['app_user:S3cret@h', /is not a connection URL/],
    ['', /is not a connection URL/],
  ])('is refused without its password: %s', (given, fault) => {
    const error = (() => {
      try {
        return targetOf(given, '--url');
      } catch (thrown) {
        return thrown as Error & { code: string; next: string };
      }
    })() as Error & { code: string; next: string };
    expect([error.code, error.message]).toEqual(['bad-argument', expect.stringMatching(fault)]);
    expect(`${error.message} ${error.next}`).not.toMatch(/S3|cret/);
  });

  it.each([
    ['postgresql://u:p@[::1]:5432/d', { host: '::1', port: 5432 }],
    ['postgres://u@h/d', { host: 'h', port: 5432 }],
    ['postgresql:///d?host=/var/run/postgresql&user=u', { host: '/var/run/postgresql', user: 'u' }],
    ['postgresql://u:p%2F%23%3F%40@h/d', { password: 'p/#?@' }],
    ['postgresql://u@%2Fvar%2Frun/d', { host: '/var/run' }],
  ])('is not %s', (given, target) => {
    expect(targetOf(given, 'it')).toMatchObject(target);
  });

  it('prints no warning of the driver', () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    targetOf('postgresql://u:p@h/d?sslmode=require', 'it');
    expect(warnings.mock.calls).toEqual([]);
    warnings.mockRestore();
  });
});
