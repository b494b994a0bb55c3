import type { Reply } from '../attempts/attempt.ts';
import type { FailClosedCell, TruthRow, Witnesses } from '../pack/evidence.ts';
import { hostileRole } from '../report/hostile.fixture.ts';
import { reached, replies } from './phases.fixture.ts';

const agreed: Witnesses = {
  catalog: 'allowed',
  pgtap: 'allowed',
  attempt: 'allowed',
  assertions: [{ suite: '02_tenants_denied', number: 2 }],
};

function truth(object: string, access: string, rest: Partial<TruthRow>): TruthRow {
  return {
    object,
    access,
    identity: 'app_user',
    required_by: 'backend/app/workers/llm.py (_claim_api_call)',
    expected: true,
    allowed: true,
    baseline_allowed: false,
    mechanism: 'app_user via app_rw',
    rls: "enforced on tenant_id = current_setting('app.current_tenant_id')",
    witnesses: agreed,
    ...rest,
  };
}

/** Rows that agree, rows that are silent, and one whose witnesses disagree. */
export const truthTable: TruthRow[] = [
  truth('public.tenants', 'SELECT', {
    required_by: '(forbidden)',
    expected: false,
    allowed: false,
    mechanism: 'none',
    rls: 'not applicable, privilege denied',
    witnesses: {
      catalog: 'denied',
      pgtap: 'denied',
      attempt: 'denied',
      assertions: [{ suite: '02_tenants_denied', number: 1 }],
    },
  }),
  truth('security.list_tenant_ids()', 'EXECUTE', {
    required_by: 'backend/app/tasks/matviews.py',
    rls: 'function-owned privileged read',
  }),
  truth('public.llm_api_calls', 'INSERT/SELECT', {}),
  truth('public.llm_monthly_costs', 'INSERT/SELECT/UPDATE', {
    witnesses: { ...agreed, pgtap: 'silent', assertions: [] },
  }),
  truth('public."we|ird"', 'SELECT', {
    identity: hostileRole,
    expected: false,
    mechanism: 'PUBLIC',
    required_by: '(forbidden)',
    rls: 'none | at all',
    witnesses: { ...agreed, attempt: 'denied' },
  }),
];

function cell(command: string, context: string, reply: Reply, rest: Partial<FailClosedCell> = {}): FailClosedCell {
  return {
    table: 'public.llm_api_calls',
    command,
    identity: 'app_user',
    context,
    outcome: reply.outcome,
    sqlstate: reply.sqlstate,
    message: reply.message,
    rows: reply.rows,
    closed: true,
    control: { ...reached(2), as: 'postgres' },
    closed_to_all: null,
    unproven: null,
    row_unchanged: null,
    ...rest,
  };
}

/** Cells of the matrix, open and closed. */
export const failClosed: FailClosedCell[] = [
  cell('SELECT', 'own-tenant', reached(2)),
  cell('INSERT', 'own-tenant', reached(1)),
  cell('DELETE', 'own-tenant', replies.calls),
  cell('SELECT', 'other-tenant', reached(3), { closed: false }),
  cell('INSERT', 'other-tenant', replies.policy),
  cell('DELETE', 'other-tenant', replies.calls),
  cell('SELECT', 'never-set', replies.hidden),
  cell('INSERT', 'never-set', replies.policy),
  cell('DELETE', 'never-set', replies.calls),
  ...['empty', 'after-commit', 'not-of-type'].flatMap((context) =>
    ['SELECT', 'INSERT', 'DELETE'].map((command) => cell(command, context, replies.uuid)),
  ),
  cell('SELECT', 'unknown-tenant', replies.hidden),
  cell('INSERT', 'unknown-tenant', {
    ...replies.policy,
    outcome: 'error:23503',
    sqlstate: '23503',
    message: 'insert or update on table "llm_api_calls" violates foreign key constraint',
  }),
  cell('SELECT', `a|b ${hostileRole}`, replies.hostile, { table: 'public."we|ird"', identity: hostileRole }),
  cell(
    'MERGE',
    'never-set',
    { ...replies.hidden, outcome: 'absent' },
    { table: 'public."we|ird"', identity: hostileRole },
  ),
];

/** Source code with an SQL text that could not be read, in a file with a hostile name. */
export const sourceCode = {
  root: 'backend',
  files: 12,
  sql: 3,
  unsure: [{ file: `app/${hostileRole}.py`, line: 7 }],
  without_identity: [{ file: 'app/jobs.py', line: 1 }],
};
