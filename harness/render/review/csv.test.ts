import { expect, it } from 'vitest';

import { csvOf } from './csv.ts';
import { harmless } from './harmless.ts';

it.each(['=cmd|1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '＝1', '＋1', '－1', '＠a'])('%j is not a formula', (text) => {
  expect(harmless(text)).toBe(`'${text}`);
});

it('quotes what needs it, and keeps counts as numbers', async () => {
  const sheet = {
    name: '',
    head: ['A', 'B'],
    widths: [],
    rows: [
      ['=1+1', -1],
      ['a,"b"', 2],
    ],
    filter: false,
  };
  expect(await csvOf(sheet)).toBe(`A,B\r\n'=1+1,-1\r\n"a,""b""",2\r\n`);
});
