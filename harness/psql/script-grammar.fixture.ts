import fc from 'fast-check';

const words = fc.constantFrom(
  ...'select create CREATE function procedure or replace begin BEGIN atomic end END case when then rule as do also x ä _y a$b v E e U& N n b X returns int language sql values table'.split(
    ' ',
  ),
);
const insides = fc
  .array(
    fc.constantFrom('a', ';', '\\', "''", '"', '$', '$$', '$q$', '--', '/*', '*/', '(', ')', ':v', '\n', ' ', "\\'"),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const strings = fc
  .tuple(fc.constantFrom("'", "E'", "e'", "U&'", "N'", "b'", "x'", '"', 'U&"', '$$', '$q$', '$ä1$', '/*'), insides)
  .map(([open, inside]) => {
    const close = open.endsWith("'") ? "'" : open.endsWith('"') ? '"' : open === '/*' ? '*/' : open;
    return open + inside + close;
  });
const punctuation = fc.constantFrom(
  ...[
    ';',
    ';',
    ';',
    '(',
    ')',
    '[',
    ']',
    ',',
    '.',
    '+',
    '-',
    '*',
    '/',
    '|',
    '`',
    '::',
    ':=',
    ':',
    '$',
    '$1',
    '$1a',
    '1',
    '1.5e3',
    '1e',
    '.5',
    '1a$q$',
    '\\;',
    '\\:',
    '--c;\n',
    '-- c (\n',
    "'",
    '"',
    '$$',
    '/*',
    '*/',
    ' ',
    '\n',
    '\n',
    '\n\n',
    '\r\n',
    '\t',
  ],
);
const variables = fc.constantFrom(
  ...[':v', ":'v'", ':"v"', ':{?v}', ':w', ":'w", ':"w', ':{?nope}', ':nope', 'a[1:2]', ':v:w', '::v', ":'nope'"],
);
const values = fc.constantFrom(
  ...[
    "'a'",
    "';'",
    "'it''s'",
    "'select 1; select'",
    "'(;'",
    "':v'",
    "':w;'",
    "'$$'",
    "'--'",
    "'\\\\echo a'",
    'a b',
    '"x y"',
    "'a\\\\b'",
    "'/*'",
    "'a\\nb'",
    "'begin'",
  ],
);
const commands = fc.oneof(
  fc.tuple(fc.constantFrom('v', 'w'), values).map(([name, value]) => `\\set ${name} ${value}\n`),
  fc.constantFrom(
    ...[
      '\\unset v\n',
      '\\echo a\n',
      "\\echo 'a ; b' \\\\ ",
      '\\g\n',
      '\\g ',
      '\\gx\n',
      '\\gset\n',
      '\\gset p_\n',
      '\\r\n',
      '\\p\n',
      '\\q\n',
      '\\if true\n',
      '\\if false\n',
      '\\if :{?v}\n',
      '\\elif true\n',
      '\\else\n',
      '\\endif\n',
      '\\endif ',
      '\\t\n',
      '\\pset null x\n',
      '\\set v :v :w\n',
      "\\set v ''\n",
      '\\unset w \\\\ select 1;\n',
    ],
  ),
);
const statements = fc.constantFrom(
  'select 1;',
  'begin;',
  'commit;',
  'rollback;',
  "select 1 as a, 'x;y' as b;",
  'set standard_conforming_strings = off;',
  'set standard_conforming_strings = on;',
  "select 'select 1; select 2' \\gexec\n",
  'create function pg_temp.f() returns int begin atomic select 1; select case when true then 1 end; end;',
  'create or replace procedure pg_temp.p() language sql begin atomic end;',
  'create rule r as on insert to t do also (select 1; select 2);',
  'copy t from stdin;\na;b\n\\.\n',
  'copy t from stdin; select 1;\nx\n\\.\n',
  'copy nope from stdin;\n',
  "select 'a'\n'b';",
  "select E'a'\n'b\\'c';",
  'select 1 \\; select 2;',
  'do $x$ begin null; end $x$;',
);
/** Scripts that nobody would write: quotes, comments, variables, commands and COPY in any order. */
export const script = fc
  .array(
    fc.oneof(
      { arbitrary: words, weight: 5 },
      { arbitrary: strings, weight: 5 },
      { arbitrary: punctuation, weight: 8 },
      { arbitrary: variables, weight: 2 },
      { arbitrary: commands, weight: 2 },
      { arbitrary: statements, weight: 3 },
      { arbitrary: fc.constant(' '), weight: 4 },
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((parts) => parts.join(''));
