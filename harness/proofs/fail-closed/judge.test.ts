import { describe, expect, it, test } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import type { RoleName, SqlName } from '../../common/sql.ts';
import { failClosedMatrix } from './cells.ts';
import { contractWith, notes } from '../../testing/contract.ts';
import { attempt } from '../../testing/observed.ts';
import { judgeTenantCells } from './judge.ts';

const contract = contractWith(notes);
const demanding = (tenancy: 'empty' | 'error' | undefined, table?: 'empty' | 'error') => ({
  ...contract,
  tenancy: { ...contract.tenancy!, on_missing_context: tenancy },
  tables: { ...contract.tables, 'public.notes': { ...contract.tables['public.notes']!, on_missing_context: table } },
});
const error = { sqlstate: '22P02', message: 'invalid input syntax for type uuid: ""' };
const attempts = [
  attempt('app SELECT public.notes own-tenant', 'allowed'),
  attempt('app SELECT public.notes never-set', 'hidden'),
  attempt('app SELECT public.notes after-commit', 'error:22P02', error),
  attempt('app SELECT public.notes after-error', 'error:22P02', error),
  attempt('app SELECT public.notes not-of-type', 'error:22P02', error),
  attempt('app INSERT public.notes own-tenant', 'allowed'),
  attempt('app INSERT public.notes after-commit', 'error:22P02', error),
  attempt('app DELETE public.notes own-tenant', 'denied-by-grant'),
  attempt('app DELETE public.notes after-commit', 'error:22P02', error),
];
const judge = (judged: typeof contract) =>
  judgeTenantCells(judged, failClosedMatrix(judged, attempts)).map(
    ({ code, access, message }) => `${code} ${access ?? ''}: ${message}`,
  );

const notEmpty =
  'missing-context-outcome SELECT: app: SELECT on public.notes without a tenant must close with no rows and ended as error:22P02: invalid input syntax for type uuid: "" (after-commit, after-error)';
const noError =
  'missing-context-outcome SELECT: app: SELECT on public.notes without a tenant must close with an error and ended as hidden (never-set)';

describe('a read without a tenant', () => {
  it.each<[tenancy: 'empty' | 'error' | undefined, table: 'empty' | 'error' | undefined, found: string[]]>([
    [undefined, undefined, []],
    ['empty', undefined, [notEmpty]],
    ['error', undefined, [noError]],
    ['error', 'empty', [notEmpty]],
    [undefined, 'error', [noError]],
  ])(
    'that closes otherwise than tenancy %s and table %s demand is a finding, one for each command that is declared',
    (tenancy, table, found) => {
      expect(judge(demanding(tenancy, table))).toEqual(found);
    },
  );
});

it('rows that a session does not see are missing also where it may read columns alone', () => {
  const cells = failClosedMatrix(contract, [
    attempt('app SELECT public.notes sees-all', 'allowed', { missing_rows: 1 }),
    attempt('app DELETE public.notes sees-all', 'allowed', { missing_rows: 1 }),
  ]);
  const granted = (grants: (typeof contract.tables)[string]['grants']) => ({
    ...contract,
    tables: { 'public.notes': { ...contract.tables['public.notes']!, grants } },
  });
  const found = (grants: Parameters<typeof granted>[0]) =>
    judgeTenantCells(granted(grants), cells).map(({ code, access }) => `${code} ${access ?? ''}`);
  expect(found({ app: ['SELECT(id, body)'] })).toEqual(['unexpected-closed SELECT']);
  expect(found({})).toEqual([]);
});

it('a refused write after which the table holds other rows is open', () => {
  const cells = failClosedMatrix(contract, [
    attempt('app DELETE public.notes never-set', 'denied-by-grant', { row_unchanged: false }),
    attempt('app DELETE public.notes empty', 'denied-by-grant', { row_unchanged: true }),
  ]);
  expect(judgeTenantCells(contract, cells).map(({ code, message }) => [code, message])).toEqual([
    [
      'fail-open',
      'app: DELETE on public.notes ended as denied-by-grant and was committed, and after it the table held other rows (context never-set)',
    ],
  ]);
});

it('open cells of one table, identity and privilege are one finding, which names them all', () => {
  const open = { rows: 2, foreign_rows: 2 };
  const cells = failClosedMatrix(contract, [
    attempt('app SELECT public.notes never-set', 'allowed', open),
    attempt('app SELECT public.notes empty', 'allowed', open),
    attempt('app DELETE public.notes empty', 'allowed', open),
    attempt('app SELECT public.notes blank', 'hidden'),
  ]);
  expect(judgeTenantCells(contract, cells).map(({ access, message }) => [access, message])).toEqual([
    [
      'SELECT',
      'app: SELECT on public.notes reached 2 rows beyond its tenant (context never-set); 2 attempts in all: SELECT in never-set, empty',
    ],
    ['DELETE', 'app: DELETE on public.notes reached 2 rows beyond its tenant (context empty)'],
  ]);
});

it('many contexts in which a command is open are counted: the matrix of the report names them', () => {
  const contexts = ['never-set', 'empty', 'blank', 'after-commit', 'after-reset'];
  const open = { rows: 2, foreign_rows: 2 };
  const said = (...closed: string[]) =>
    judgeTenantCells(
      contract,
      failClosedMatrix(contract, [
        ...contexts.map((context) => attempt(`app SELECT public.notes ${context}`, 'allowed', open)),
        ...closed.map((context) => attempt(`app SELECT public.notes ${context}`, 'hidden')),
        attempt('app SELECT public.notes empty', 'allowed', { ...open, command: 'COPY TO' }),
      ]),
    ).map(({ message }) => message.replace(/^[^;]*; /, ''));
  expect(said()).toEqual(['6 attempts in all: SELECT in every context; COPY TO in empty']);
  expect(said('unknown-tenant', 'after-error')).toEqual([
    '6 attempts in all: SELECT in 5 of 7 contexts; COPY TO in empty',
  ]);
});

it('commands that were open in the same contexts are named together', () => {
  const open = { rows: 2, foreign_rows: 2 };
  const cells = ['SELECT', 'COPY TO', 'SELECT FOR UPDATE'].map((command) =>
    attempt('app SELECT public.notes empty', 'allowed', { ...open, command }),
  );
  expect(judgeTenantCells(contract, failClosedMatrix(contract, cells)).map(({ message }) => message)).toEqual([
    expect.stringMatching(/; 3 attempts in all: SELECT, COPY TO and SELECT FOR UPDATE in empty$/),
  ]);
});

test.each<[string, Fact, RegExp]>([
  [
    'a view',
    {
      kind: 'view',
      object: 'public.notes' as SqlName,
      role: '' as RoleName,
      property: 'view',
      detail: { security_invoker: false },
    },
    /^public\.notes is a view that reads as its owner, .*security_invoker/,
  ],
  [
    'a role with BYPASSRLS',
    { kind: 'role', object: 'app' as SqlName, role: '' as RoleName, property: 'bypassrls', detail: {} },
    /^No policy holds app, which has BYPASSRLS/,
  ],
])('what is open through %s is not put right by a policy, and the remedy says so', (_, fact, remedy) => {
  const open = failClosedMatrix(contract, [attempt('app SELECT public.notes never-set', 'allowed')]).map((cell) => ({
    ...cell,
    closed: false,
  }));
  const [found] = judgeTenantCells(contract, open, [fact]);
  expect(found).toMatchObject({ code: 'fail-open' });
  expect(found!.remedy).toMatch(remedy);
});
