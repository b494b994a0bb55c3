import { describe, expect, it } from 'vitest';

import { languageOf } from './languages.ts';
import { literalsIn } from './literals.ts';

const textsOf = (path: string, source: string) => literalsIn(source, languageOf(path)).map(({ text }) => text);

describe('the texts of source code', () => {
  it.each<[path: string, source: string, texts: string[]]>([
    [
      'a.ts',
      `f('it\\'s', "two") // don't "x"\n/* 'no' */ g(\`three \${a ? \`x\${b}\` : "}"} end\`)`,
      ["it's", 'two', 'three ${} end'],
    ],
    ['a.ts', `const quotes = /['"\`]/g; f('a'); x = a / b / 'c'.length`, ['a', 'c']],
    ['a.tsx', `<p>Don't do it</p>;\n<p>It's</p><b>its</b>\n f('a')`, ['a']],
    ['a.ts', 'sql`a ${`', []],
    ['a.js', `f('select a' +\n  ' from b' + where + " and c")`, ['select a from b${} and c']],
    ['a.js', `f('a', 'b'); ['c' , 'd']`, ['a', 'b', 'c', 'd']],
    [
      'a.py',
      `# don't\nf("""select\n  'a' from b""", 'x'  # y'\n  " z", f"c {d}")`,
      ["select\n  'a' from b", 'x', ' z', 'c {d}'],
    ],
    ['a.py', `f("select a "\n  f"from b")\nx = a // 'b'`, ['select a from b', 'b']],
    ['a.go', "c := 'x'; d := '\\''; e := '\"'; f(`raw \\ ${x}`, \"s\")", ['raw \\ ${x}', 's']],
    ['a.rs', `fn f<'a>(x: &'a str) { g("select\n 1") }`, ['select\n 1']],
    ['a.java', `char c = '"'; f("a" + b.c() + "d", """\n  text\n  """)`, ['a${}d', '\n  text\n  ']],
    [
      'a.rb',
      `f(<<~SQL, 1)\n  select 'a'\n  from b\nSQL\ng('x') # it's\na << 'b'`,
      ["  select 'a'\n  from b\n", 'x', 'b'],
    ],
    ['a.php', `$a = <<<'EOT'\nselect 1\nEOT;\n$b = 'x' . $c . "y"; // don't`, ['select 1\n', 'x${}y']],
    ['a.ex', `# it's\nf("""\nselect 1\n""")`, ['\nselect 1\n']],
    ['a.lua', `-- it's\nf('a')`, ['a']],
    ['a.unknown', `f("a\\nb") 'never closed\n "c"`, ['a\nb', 'c']],
  ])('of %s: %s', (path, source, texts) => {
    expect(textsOf(path, source)).toEqual(texts);
  });

  it('are found in one way through a file that never closes them', () => {
    const open = '`${'.repeat(5_000);
    expect(textsOf('a.ts', open)).toEqual([]);
    expect(textsOf('a.php', `'${'"'.repeat(20_001)}`)).toHaveLength(1);
  });

  it('stand at their place', () => {
    const source = `x\n f("a" + "b")`;
    expect(literalsIn(source, languageOf('a.ts'))).toEqual([{ text: 'ab', start: 5, end: 14 }]);
    expect(source.slice(5, 14)).toBe(`"a" + "b"`);
  });
});
