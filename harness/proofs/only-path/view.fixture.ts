import type { Reply } from '../../attempts/attempt.ts';
import type { Oracle } from '../oracles/observe.ts';
import type { OnlyPath, PathTrial } from './judge.ts';

const allowed = (rows: number): Reply => ({ outcome: 'allowed', sqlstate: null, message: null, rows });
const denied: Reply = {
  outcome: 'denied-by-grant',
  sqlstate: '42501',
  message: 'permission denied for function list_tenant_ids',
  rows: 0,
};
const taken: Reply = {
  outcome: 'stopped:23505',
  sqlstate: '23505',
  message: 'duplicate key value violates unique constraint "pkey"',
  rows: 0,
};

const gateway = (as: string, may: boolean, reply: Reply, rest: Partial<PathTrial> = {}): PathTrial => ({
  as,
  session: 'login',
  what: 'security.list_tenant_ids()',
  access: 'EXECUTE',
  may,
  holds: true,
  unproven: null,
  ...reply,
  ...rest,
});

/** An only path that holds. */
export const heldPath: OnlyPath = {
  table: 'public.tenants',
  through: ['security.list_tenant_ids()'],
  direct: [gateway('app_user', false, denied, { what: 'SELECT', access: 'SELECT' })],
  gateways: [
    gateway('app_user', true, allowed(4)),
    gateway('a stranger', false, denied, { session: 'session authorization' }),
  ],
  ways: [],
  unproven: [],
};

/** An only path with every fault, and hostile names. */
export function openPath(hostile: string): OnlyPath {
  return {
    table: 'public."we|ird"',
    through: [hostile],
    direct: [gateway(hostile, false, allowed(2), { what: 'SELECT', access: 'SELECT', holds: false })],
    gateways: [gateway(hostile, false, allowed(1), { what: hostile, holds: false })],
    ways: [{ kind: 'view', name: hostile, roles: [hostile] }],
    unproven: [`${hostile} was not called`],
  };
}

const oracle = (rest: Partial<Oracle>): Oracle => ({
  kind: 'unique',
  table: 'public.llm_api_calls',
  key: 'llm_api_calls_pkey',
  identity: 'app_user',
  guessable: false,
  sql: 'insert …',
  hidden: taken,
  absent: allowed(1),
  open: true,
  unproven: null,
  ...rest,
});

/** Oracles without a finding. */
export const quietOracles: Oracle[] = [
  oracle({}),
  oracle({
    kind: 'cascade',
    key: 'llm_api_calls_tenant_id_fkey',
    guessable: true,
    hidden: allowed(0),
    absent: denied,
    open: false,
  }),
];

/** The same, with an open one and one that could not be tried. */
export function loudOracles(hostile: string): Oracle[] {
  return [
    ...quietOracles,
    oracle({ kind: 'conflict', key: hostile, guessable: true, hidden: allowed(0) }),
    oracle({ kind: 'foreign-key', identity: hostile, open: false, unproven: hostile }),
  ];
}
