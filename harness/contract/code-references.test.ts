import { describe, expect, it } from 'vitest';

import { minimal } from '../testing/contract.ts';
import { faultsOf } from '../testing/contract-faults.ts';
import { referencesIn } from './code-references.ts';

const place = (path: string, symbols: string[] = [], line?: number) => ({ path, symbols, line });

describe('what required_by names', () => {
  it.each([
    ['src/orders.ts', [place('src/orders.ts')]],
    ['./orders.py', [place('orders.py')]],
    ['src/orders.ts#Orders.place', [place('src/orders.ts', ['Orders.place'])]],
    ['src/orders.ts:12', [place('src/orders.ts', [], 12)]],
    ['backend/app/workers/llm.py (_claim_api_call)', [place('backend/app/workers/llm.py', ['_claim_api_call'])]],
    ['a/b.py (f, g), c/d.py:3', [place('a/b.py', ['f', 'g']), place('c/d.py', [], 3)]],
    ['app/(shop)/[id]/page.tsx', [place('app/(shop)/[id]/page.tsx')]],
    ['(shop)/page.tsx (load)', [place('(shop)/page.tsx', ['load'])]],
    ['bin/report', [place('bin/report')]],
    ['(the finance team, by psql)', 'words'],
    ['reporting', undefined],
    ['the nightly report of src/report.ts', undefined],
    ['src/orders.ts and src/cards.ts', undefined],
    ['src/orders.ts:0', undefined],
    ['src/orders.ts, reporting', undefined],
  ])('is, of %s', (text, expected) => {
    expect(referencesIn(text)).toEqual(expected);
  });
});

describe('a contract that says where its source code is', () => {
  const needs = (requiredBy: string) =>
    `tables: { public.t: { grants: { rw: [SELECT] }, needs: [{ identity: app, access: [SELECT], required_by: ${requiredBy} }] } }\n`;
  const code = (rest = '') => `code: { root: .., include: ["src/**"]${rest} }\n`;

  it.each<[what: string, text: string, faults: string[]]>([
    ['a need of words, without code', needs('reporting'), []],
    ['a need of words in brackets', code() + needs('(reporting)'), []],
    ['a need of a file', code() + needs('src/t.ts'), []],
    [
      'a need of words',
      code() + needs('reporting'),
      [
        '9:92 tables.public.t.needs.0.required_by: "reporting" names no file: write PATH, PATH#SYMBOL, PATH (SYMBOL) or PATH:LINE, several after a comma; or words in brackets, which are not checked',
      ],
    ],
    [
      'files run by nobody whom the contract knows',
      code(', identities: { "src/**": ap, "bin/**": [app, admin] }'),
      ['8:54 code.identities.src/**: ap is not an identity'],
    ],
    [
      'files elsewhere',
      'code: { root: .., include: ["../other/**"], exclude: ["/etc/**"] }\n',
      [
        '8:29 code.include.0: a pattern of paths below the root, as src/**/*.ts: not absolute, and without ..',
        '8:55 code.exclude.0: a pattern of paths below the root, as src/**/*.ts: not absolute, and without ..',
      ],
    ],
  ])('has, with %s, its faults', (_, text, faults) => {
    expect(faultsOf(minimal + text)).toEqual(faults);
  });
});
