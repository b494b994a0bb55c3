import type { Evidence } from '../pack/evidence.ts';
import { hostileRole } from '../report/hostile.fixture.ts';

const answered = (rows: number) => ({ outcome: 'allowed', sqlstate: null, message: null, rows }) as const;

/** Functions that were passed a tenant. */
const tenantArguments: Evidence['tenant_arguments'] = [
  {
    function: 'public."of <b>"(uuid)',
    identity: hostileRole,
    place: 1,
    is_declared: false,
    sql: 'select 1',
    own: answered(2),
    other: answered(1),
    unknown: answered(0),
    own_differs: true,
    other_differs: true,
  },
];

/** Functions that returned rows. */
const definerRows: Evidence['definer_rows'] = [
  {
    ...answered(2),
    function: 'public."all <b>"()',
    identity: hostileRole,
    is_for_all: false,
    foreign_rows: 1,
    foreign_row: 'id=<b>',
    sql: 'select 1',
  },
];

/** All that was called, and what was not. */
export const calls = {
  tenant_arguments: tenantArguments,
  definer_rows: definerRows,
  definers_not_judged: ['public."secret <b>"(text)'],
};
