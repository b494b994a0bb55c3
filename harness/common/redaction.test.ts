import { describe, expect, it } from 'vitest';

import { redacted, withoutPasswords, withoutPasswordsIn, withoutSqlPasswords } from './redaction.ts';

describe('a redacted text', () => {
  it('has none of the secrets, wherever they stand', () => {
    expect(redacted('a=one two, url://u:one%20two@h, one two', ['one two', 'none'])).toBe('a=***, url://u:***@h, ***');
  });

  it('hides the whole of a secret that another one is part of', () => {
    expect(redacted('abcdef abc', ['abc', 'abcdef'])).toBe('*** ***');
  });

  it('is unchanged by an empty secret', () => {
    expect(redacted('text', [''])).toBe('text');
  });

  it('takes a secret as it is, not as a pattern', () => {
    expect(redacted('a.c abc $& $1', ['a.c', '$&'])).toBe('*** abc *** $1');
  });
});

describe('a text without passwords', () => {
  it.each([
    ["create role a login password 'pebble' valid until 'now'", "create role a login password '***' valid until 'now'"],
    ["ALTER USER a ENCRYPTED PASSWORD\n\t'it''s pebble';", "ALTER USER a ENCRYPTED PASSWORD\n\t'***';"],
    [String.raw`alter role a password E'it\'s pebble' nologin`, "alter role a password '***' nologin"],
    [String.raw`alter role a password 'pebble\' valid until 'now'`, "alter role a password '***' valid until 'now'"],
    ["alter role a password U&'pebble'", "alter role a password '***'"],
    ['alter role a password $x$pebble$ $x$ nologin', "alter role a password '***' nologin"],
    ["alter role a password /* it's */ 'pebble' nologin", "alter role a password /* it's */ '***' nologin"],
    ["alter role a password -- it's\n'pebble'", "alter role a password -- it's\n'***'"],
    ["alter role a password 'pebble", "alter role a password '***'"],
    ["options (user 'u', password 'pebble')", "options (user 'u', password '***')"],
    ["select dblink('host=h password=pebble user=u')", "select dblink('host=h password=*** user=u')"],
    ["select dblink('host=h password=''two pebbles''')", "select dblink('host=h password=***')"],
    ['-- see postgresql://u:pebble@h/d', '-- see postgresql://u:***@h/d'],
  ])('%s', (given, shown) => {
    expect(withoutPasswords(given)).toBe(shown);
  });

  it.each([
    "alter role a password :'pw' valid until 'infinity'",
    'alter role a password null',
    "select password from t where name = 'a'",
    "comment on column t.password is 'a hash'",
    'password authentication failed for user "a"',
  ])('is left as it is where it has none: %s', (text) => {
    expect(withoutPasswords(text)).toBe(text);
  });

  it('keeps the URLs of one that is to be used', () => {
    expect(withoutSqlPasswords("postgresql://u:p@h/d password 'pebble'")).toBe("postgresql://u:p@h/d password '***'");
  });

  it('may stand anywhere in data', () => {
    expect(withoutPasswordsIn({ a: [{ b: "password 'pebble'", c: 1 }], d: null })).toEqual({
      a: [{ b: "password '***'", c: 1 }],
      d: null,
    });
  });
});
