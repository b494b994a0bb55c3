import type { Verdict } from '../findings/verdict.ts';
import { catalogAnswer } from '../attempts/catalog-answer.ts';
import type { PhaseEvidence } from '../pack/evidence.ts';
import type { Attempt, CatalogAnswer, PositiveControl, Reply } from '../attempts/attempt.ts';
import type { Outcome } from '../attempts/outcome.ts';
import type { SuiteRun } from '../pgtap/suite-run.ts';
import type { Assertion, AssertionResult } from '../pgtap/assertion.ts';
import { hostileMessage, hostileRole } from '../report/hostile.fixture.ts';

const said = {
  tenants: 'permission denied for table tenants',
  calls: 'permission denied for table llm_api_calls',
  policy: 'new row violates row-level security policy for table "llm_api_calls"',
  uuid: 'invalid input syntax for type uuid: ""',
};

const nothing: Reply = { outcome: 'allowed', sqlstate: null, message: null, rows: 0 };

/** A reply that refuses. */
export function refused(outcome: Outcome, sqlstate: string, message: string): Reply {
  return { ...nothing, outcome, sqlstate, message };
}

/** A reply that reached rows. */
export function reached(rows: number): Reply {
  return { ...nothing, rows };
}

export const replies = {
  tenants: refused('denied-by-grant', '42501', said.tenants),
  calls: refused('denied-by-grant', '42501', said.calls),
  policy: refused('denied-by-rls', '42501', said.policy),
  uuid: refused('error:22P02', '22P02', said.uuid),
  hidden: { ...nothing, outcome: 'hidden' as const },
  hostile: refused('error:XX000', 'XX000', hostileMessage),
};

const control: PositiveControl = { ...reached(2), as: 'postgres' };
const brokenControl: PositiveControl = { ...replies.hostile, as: hostileRole };

function attempt(
  identity: string,
  object: string,
  access: string,
  context: string,
  reply: Reply,
  positive: PositiveControl | null,
): Attempt {
  const key = `attempt/${identity}/${object}/${access}/${context}`;
  const sql =
    access === 'INSERT'
      ? `insert into ${object} (tenant_id, endpoint) values ('a|b', '/v1')`
      : `${access.toLowerCase()} * from ${object}`;
  return {
    kind: 'attempt',
    key,
    identity,
    object,
    command: access,
    access,
    context,
    sql,
    foreign_rows: 0,
    control: positive,
    ...reply,
  };
}

function asked(identity: string, object: string, privilege: string, answer: CatalogAnswer['answer']): CatalogAnswer {
  return catalogAnswer({ question: 'has_table_privilege', identity, object, privilege }, answer);
}

function assertion(number: number, name: string, result: AssertionResult, diagnostics = ''): Assertion {
  return { number, name, result, diagnostics };
}

function suite(name: string, assertions: Assertion[], rest: Partial<SuiteRun> = {}): SuiteRun {
  return {
    suite: name,
    file: `pgtap/suites/${name}.sql`,
    as: 'app_user',
    session: 'login',
    why: 'The application must reach tenants only through the narrow interface.',
    remedy: 'Look for a GRANT that no migration makes.',
    status: 'complete',
    reason: null,
    sqlstate: null,
    planned: assertions.length,
    assertions,
    tap: '',
    ...rest,
  };
}

const tenants = {
  suite: '02_tenants_denied',
  why: 'No runtime login may read the tenants table: it holds API key hashes and webhook secrets.',
};
const denied = 'caught: 42501: permission denied for function list_tenant_ids\n    wanted: no error';

export const baseline: PhaseEvidence = {
  revision: '202601131610',
  database: 'skeldir_p2_baseline',
  fingerprint: 'b5c1'.repeat(16),
  suites: [
    suite('01_identity', [
      assertion(1, 'session user is app_user', 'ok'),
      assertion(2, 'app_user has no BYPASSRLS', 'ok'),
    ]),
    suite(
      tenants.suite,
      [
        assertion(1, 'app_user cannot SELECT public.tenants', 'ok'),
        assertion(2, 'app_user can EXECUTE security.list_tenant_ids()', 'not-ok', denied),
        assertion(3, 'app_user cannot UPDATE public.tenants', 'ok'),
        assertion(4, `names like ${hostileRole} are refused`, 'not-ok', hostileMessage),
        assertion(5, 'TRUNCATE is refused', 'skip'),
      ],
      { why: tenants.why },
    ),
    suite('03_definer', [], {
      status: 'role-absent',
      as: 'app_security',
      reason: 'role "app_security" does not exist',
      planned: null,
    }),
  ],
  probes: [
    asked('app_user', 'public.llm_api_calls', 'INSERT', false),
    asked('app_user', 'public.tenants', 'SELECT', false),
    asked('app_security', 'public.tenants', 'SELECT', 'absent'),
    attempt('app_user', 'public.llm_api_calls', 'INSERT', 'own-tenant', replies.calls, control),
    attempt('app_user', 'public.llm_api_calls', 'SELECT', 'own-tenant', replies.calls, control),
    attempt('app_user', 'public.tenants', 'SELECT', 'none', replies.tenants, control),
    attempt(hostileRole, 'public."we|ird"', 'SELECT', 'none', { ...nothing, outcome: 'absent' }, null),
  ],
  roles: [
    { name: 'app_rw', kind: 'group', exists: true, attributes: ['NOLOGIN', 'INHERIT'], member_of: [] },
    { name: 'app_security', kind: 'definer', exists: false, attributes: [], member_of: [] },
    { name: 'app_user', kind: 'login', exists: true, attributes: ['LOGIN', 'INHERIT'], member_of: ['app_rw'] },
  ],
};

export const head: PhaseEvidence = {
  revision: '202601211200',
  database: 'skeldir_e2e',
  fingerprint: '9e04'.repeat(16),
  suites: [
    suite('01_identity', [
      assertion(1, 'session user is app_user', 'ok'),
      assertion(2, 'app_user has no BYPASSRLS', 'ok'),
    ]),
    suite(
      tenants.suite,
      [
        assertion(1, 'app_user cannot SELECT public.tenants', 'ok'),
        assertion(2, 'app_user can EXECUTE security.list_tenant_ids()', 'ok'),
        assertion(3, 'app_user cannot UPDATE public.tenants', 'not-ok', 'wanted: 42501\ncaught: no error'),
        assertion(4, `names like ${hostileRole} are refused`, 'not-ok', hostileMessage),
        assertion(5, 'TRUNCATE is refused', 'skip'),
      ],
      { why: tenants.why },
    ),
    suite(
      '03_definer',
      [
        assertion(1, 'app_security owns both functions', 'ok'),
        assertion(2, 'search_path is pinned', 'todo', 'not yet pinned'),
      ],
      {
        as: 'app_security',
        session: 'superuser',
        why: 'A definer function is only as narrow as its owner and its search_path.',
      },
    ),
    suite('04_stopped', [assertion(1, 'first half', 'ok')], {
      status: 'plan-mismatch',
      reason: 'planned 3 tests but ran 1',
      planned: 3,
    }),
  ],
  probes: [
    asked('app_user', 'public.llm_api_calls', 'INSERT', true),
    asked('app_user', 'public.tenants', 'SELECT', false),
    asked('app_security', 'public.tenants', 'SELECT', true),
    attempt('app_user', 'public.llm_api_calls', 'INSERT', 'own-tenant', reached(1), null),
    attempt('app_user', 'public.llm_api_calls', 'INSERT', 'other-tenant', replies.policy, control),
    attempt('app_user', 'public.llm_api_calls', 'SELECT', 'empty', replies.uuid, brokenControl),
    attempt('app_user', 'public.llm_api_calls', 'SELECT', 'never-set', replies.hidden, null),
    attempt('app_user', 'public.llm_api_calls', 'SELECT', 'own-tenant', reached(2), control),
    attempt('app_user', 'public.tenants', 'SELECT', 'none', replies.tenants, control),
    attempt(hostileRole, 'public."we|ird"', 'SELECT', 'none', replies.hostile, brokenControl),
  ],
  roles: [
    { name: 'app_rw', kind: 'group', exists: true, attributes: ['NOLOGIN', 'INHERIT'], member_of: [] },
    { name: 'app_security', kind: 'definer', exists: true, attributes: ['NOLOGIN', 'BYPASSRLS'], member_of: [] },
    { name: 'app_user', kind: 'login', exists: true, attributes: ['LOGIN', 'INHERIT'], member_of: ['app_rw'] },
    { name: hostileRole, kind: 'login', exists: true, attributes: ['LOGIN'], member_of: ['app_user|`', 'app_rw'] },
  ],
};

export const provenInFull: Verdict['proof'] = {
  demanded: 'full',
  reached: 'full',
  of: { 'closed-world': 'catalog', 'fail-closed': 'full' },
  not_seen: [],
};
