import { describe, expect, it } from 'vitest';

import { redacted, withoutPasswords, withoutPasswordsIn } from './redaction.ts';

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
    ["alter role a password'pebble'", "alter role a password'***'"],
    ['alter role a password "pebble1"', 'alter role a password "***"'],
    ['alter role a password pebble1;', 'alter role a password ***;'],
    ["alter role a password 'two'\n  'pebbles' nologin", "alter role a password '***' nologin"],
    [String.raw`"alter role a password \'pebble\' nologin"`, '"alter role a password *** nologin"'],
    ["options (host 'h', token 'pebble', \"secret_key\" 'p')", "options (host 'h', token '***', \"secret_key\" '***')"],
    [
      "create subscription s connection 'host=h password = pebble'",
      "create subscription s connection 'host=h password = ***'",
    ],
    ['postgresql://h/d?user=u&sslpassword=pebble&x=1', 'postgresql://h/d?user=u&sslpassword=***&x=1'],
    ["alter role a set app.jwt_secret = 'pebble'", "alter role a set app.jwt_secret = '***'"],
    ['alter role a set "app.api_key" to $$pebble$$', 'alter role a set "app.api_key" to \'***\''],
    ["set_config('app.jwt_secret', 'pebble', true)", "set_config('app.jwt_secret', '***', true)"],
    [
      "((current_setting('app.token'::text, true) = 'pebble'::text))",
      "((current_setting('app.token'::text, true) = '***'::text))",
    ],
    ["v_password constant text := 'pebble';", "v_password constant text := '***';"],
    ["add column api_key varchar(9) not null default 'pebble'", "add column api_key varchar(9) not null default '***'"],
    ["format('alter role %I password %L', 'a', 'pebble')", "format('alter role %I password %L', '***', '***')"],
    [
      "execute 'alter role a password ' || quote_literal('pebble')",
      "execute 'alter role a password ' || quote_literal('***')",
    ],
    ["'host=h password=' || 'pebble'", "'host=h password=' || '***'"],
    [
      "insert into t (id, password) values (1, 'pebble'), (2, 'p')",
      "insert into t (id, password) values (1, '***'), (2, '***')",
    ],
    ['Key (tenant, api_key)=(1, pebble) already exists.', 'Key (tenant, api_key)=(***) already exists.'],
    ['PGPASSWORD=pebble psql', 'PGPASSWORD=*** psql'],
    ['{"password": "pebble", "a": 1}', '{"password": "***", "a": 1}'],
    ["{'db_password': 'pebble'}", "{'db_password': '***'}"],
    ['api_key: pebble', 'api_key: ***'],
    ['# password: pebble1 of the vault', '# password: *** of the vault'],
    ["the password is 'pebble'", "the password is '***'"],
    ['Bearer eyJhbGciOi.eyJzdWIi.pebble-x', 'Bearer ***'],
    ['-----BEGIN RSA PRIVATE KEY-----\npebble\n-----END', '-----BEGIN RSA PRIVATE KEY-----***-----END'],
  ])('%s', (given, shown) => {
    expect(withoutPasswords(given)).toBe(shown);
  });

  it.each([
    "alter role a password :'pw' valid until 'infinity'",
    'alter role a password null',
    "select password from t where name = 'a'",
    "comment on column t.password is 'a hash'",
    'password authentication failed for user "a"',
    'It reads postgresql://user:password@host:port/database.',
    "has_column_privilege('app', 'public.t', 'password', 'SELECT')",
    "is(has_table_privilege('app', 'public.secrets', 'SELECT'), false, 'none')",
    "select current_setting('app.secret', true)",
    "options (password_required 'false')",
    "holds every tenant's webhook secrets: no runtime identity may have any privilege",
    `Unexpected token 'a', "abc" is not valid JSON`,
    'select t.password::text from public.secrets t',
    "secretary = 'a' and keyboard = 'b' and tokenizer = 'c'",
    "set_config('app.tenant', 'a', true)",
  ])('is left as it is where it has none: %s', (text) => {
    expect(withoutPasswords(text)).toBe(text);
  });

  it.each([
    'password ',
    "password '",
    'a'.repeat(9),
    '_secret',
    "', password %",
    'insert into t (password',
    'options (',
    "x'",
    '$a$',
    'role ',
  ])('is made in little time, however often %s stands there', (part) => {
    const started = performance.now();
    withoutPasswords(`password token ${part.repeat(50_000 / part.length)}`);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('may stand anywhere in data', () => {
    expect(withoutPasswordsIn({ a: [{ b: "password 'pebble'", c: 1 }], d: null })).toEqual({
      a: [{ b: "password '***'", c: 1 }],
      d: null,
    });
  });
});
