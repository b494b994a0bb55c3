import { describe, expect, it } from 'vitest';

import { contractWith } from '../testing/contract.ts';
import { forbiddenSql, runnersOf } from './forbidden-sql.ts';
import type { Use } from './statement-uses.ts';

const contract = contractWith(`code: { root: .., include: ["**"] }
tables:
  public.orders:
    grants: { rw: [SELECT, "UPDATE(state)"] }
    needs: [{ identity: app, access: [SELECT], required_by: "src/orders.ts, src/list.ts#x" }]
  public.cards: { owner: vault, grants: {} }
  public.notes: { grants: {} }
  other.notes: { grants: { app: [SELECT] } }
functions:
  public.refresh(integer): { grants: { PUBLIC: [EXECUTE] } }
  public.purge(): { grants: {} }
`);
const all = {
  ...contract,
  identities: {
    ...contract.identities,
    vault: { kind: 'definer', member_of: [] },
    analyst: { kind: 'login', member_of: ['pg_read_all_data'] },
  } as unknown as typeof contract.identities,
};

const use = (text: string): Use => {
  const [privilege, name] = text.split(' ') as [string, string];
  const [schema, bare] = name.includes('.') ? (name.split('.') as [string, string]) : [undefined, name];
  return { kind: privilege === 'EXECUTE' ? 'function' : 'table', schema, name: bare, privilege };
};
const found = (text: string, identities: string[]) =>
  forbiddenSql(
    all,
    [{ file: 'a.ts', line: 3, uses: [use(text)], namesFilledIn: false }],
    new Map([['a.ts', identities]]),
    (path) => `src/${path}`,
  ).map(({ identity, access, object }) => `${identity} ${access!} ${object}`);

describe('SQL that needs what its identity is not given', () => {
  it.each<[text: string, identities: string[], found: string[]]>([
    ['SELECT orders', ['app'], []],
    ['UPDATE orders', ['app'], []],
    ['DELETE orders', ['app'], ['app DELETE public.orders']],
    ['DELETE public.orders', ['app'], ['app DELETE public.orders']],
    ['DELETE orders', ['admin'], []],
    ['DELETE orders', [], []],
    ['DELETE orders', ['app', 'vault'], ['app DELETE public.orders', 'vault DELETE public.orders']],
    ['SELECT orders', ['vault', 'app'], []],
    ['SELECT cards', ['app'], ['app SELECT public.cards']],
    ['DELETE cards', ['vault'], []],
    ['SELECT cards', ['analyst'], []],
    ['INSERT cards', ['analyst'], ['analyst INSERT public.cards']],
    ['SELECT notes', ['app'], []],
    ['SELECT public.notes', ['app'], ['app SELECT public.notes']],
    ['INSERT notes', ['app'], ['app INSERT other.notes']],
    ['SELECT elsewhere.orders', ['app'], []],
    ['SELECT unknown', ['app'], []],
    ['EXECUTE refresh', ['app'], []],
    ['EXECUTE purge', ['app'], ['app EXECUTE public.purge()']],
    ['EXECUTE lower', ['app'], []],
  ])('%s by %j: %j', (text, identities, expected) => {
    expect(found(text, identities)).toEqual(expected);
  });

  it('is one finding for a privilege, with its places', () => {
    const sql = [1, 2, 3, 4, 5, 6, 7].map((line) => ({
      file: 'a.ts',
      line,
      uses: [use('DELETE orders')],
      namesFilledIn: false,
    }));
    expect(forbiddenSql(all, sql, new Map([['a.ts', ['app']]]), (path) => `src/${path}`)).toEqual([
      expect.objectContaining({
        code: 'code-needs-forbidden',
        message:
          'app runs SQL that needs DELETE on public.orders, which the contract gives it by no grant: a.ts:1, a.ts:2, a.ts:3, a.ts:4, a.ts:5 and 2 places more',
        location: { file: 'src/a.ts', line: 1 },
      }),
    ]);
  });
});

it('a file is run by those of whom the contract says so, else by those whose needs name it', () => {
  expect([...runnersOf(contract, new Map([['src/list.ts', ['admin']]]))]).toEqual([
    ['src/orders.ts', ['app']],
    ['src/list.ts', ['admin']],
  ]);
});
