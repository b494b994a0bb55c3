import { expect, it } from 'vitest';

import { fileWith } from '../testing/contract.ts';
import { judgeCode } from './judge.ts';

const project = fileWith(`code: { root: .., include: ["src/**"] }
tables:
  public.orders:
    grants: { rw: [SELECT, INSERT] }
    needs:
      - { identity: app, access: [SELECT], required_by: src/orders.ts }
      - { identity: app, access: [INSERT], required_by: "src/place.ts, src/orders.ts#place" }
      - { identity: app, access: [SELECT, INSERT], required_by: (the finance team) }
    denies:
      - { identity: app, access: [DELETE] }
`);
const rows = [
  ...project.contract.tables['public.orders']!.needs,
  ...project.contract.tables['public.orders']!.denies,
].map(({ required_by }, index) => ({ object: 'public.orders', required_by, expected: index < 3 }));
const code = { files: new Map([['src/orders.ts', 'select * from orders']]), saidToRun: new Map(), root: '.', sql: [] };

it('a need whose code is not there is one finding, at its line of the contract', () => {
  expect(judgeCode(project, code).findings).toEqual([
    expect.objectContaining({
      code: 'required-by-not-there',
      object: 'public.orders',
      identity: 'app',
      access: 'INSERT',
      message:
        'app is given INSERT on public.orders for code that is not there as required_by says: src/place.ts is not among the files of the code; src/orders.ts has no place',
      location: { file: 'c.yaml', line: 14 },
    }),
  ]);
});

it('each need of the truth table says whether its code was looked at, and found', () => {
  const words = (one: typeof code | undefined) =>
    judgeCode(project, one)
      .withReferences(rows)
      .map((row) => (row as { required_by_checked?: string }).required_by_checked);
  expect(words(code)).toEqual(['checked', 'missing', 'not checked', undefined]);
  expect(words(undefined)).toEqual([undefined, undefined, undefined, undefined]);
});
