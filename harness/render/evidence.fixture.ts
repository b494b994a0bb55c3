import { calls } from './calls.fixture.ts';
import type { Fact } from '../catalog/fact.ts';
import { changeOf } from '../common/change.ts';
import type { Evidence } from '../pack/evidence.ts';
import type { Finding } from '../findings/finding.ts';
import { heldPath, loudOracles, openPath, quietOracles } from '../proofs/only-path/view.fixture.ts';
import { hostileMessage, hostileRole } from '../report/hostile.fixture.ts';
import { baseline, head, provenInFull, replies } from './phases.fixture.ts';
import { failClosed, sourceCode, truthTable } from './rows.fixture.ts';

function fact(kind: Fact['kind'], object: string, role: string, property: string, detail: Fact['detail'] = {}): Fact {
  return { kind, object, role, property, detail };
}

const grant = { grantor: 'postgres', grantable: false };
const added: Fact[] = [
  fact('role', 'app_security', '', 'bypassrls'),
  fact('role', 'app_security', '', 'exists'),
  fact('role', 'app_security', '', 'inherit'),
  fact('setting', 'app_user', '', 'search_path', { value: 'pg_catalog, public' }),
  fact('schema', 'security', 'app_security', 'owner'),
  fact('schema', 'security', 'app_rw', 'USAGE', { grantor: 'app_security', grantable: false }),
  fact('table', 'public.tenants', 'app_security', 'SELECT', grant),
  fact('table', 'public.llm_api_calls', 'app_rw', 'SELECT', grant),
  fact('table', 'public.llm_api_calls', 'app_rw', 'INSERT', grant),
  fact('table', 'public.llm_monthly_costs', 'app_rw', 'UPDATE', { grantor: 'postgres', grantable: true }),
  fact('function', 'security.list_tenant_ids()', 'app_rw', 'EXECUTE', grant),
  fact('membership', 'app_rw', hostileRole, 'member', { admin: true, inherit: false, set: true, grantor: 'postgres' }),
];

const findings: Finding[] = [
  {
    code: 'missing-access',
    severity: 'low',
    object: 'public.investigations',
    identity: 'app_user',
    message: 'app_user lacks INSERT on public.investigations.',
    remedy: 'grant insert on public.investigations to app_rw;',
  },
  {
    code: 'fail-open',
    severity: 'high',
    object: 'public.llm_api_calls',
    identity: 'app_user',
    message: 'SELECT in context other-tenant reached 3 rows, 2 of them of another tenant.',
    remedy:
      "alter policy tenant_isolation_policy on public.llm_api_calls\n  using (tenant_id = nullif(current_setting('app.current_tenant_id', true), '')::uuid);",
    location: { file: 'db/migrations/202601211200_p2 contract.sql', line: 41 },
  },
  {
    code: 'undeclared-access',
    severity: 'high',
    object: 'public."we|ird"',
    identity: hostileRole,
    message: hostileMessage,
    remedy: `revoke select on public."we|ird" from public; -- \`\`\`\n-- ${hostileRole}`,
  },
  {
    code: 'witnesses-disagree',
    severity: 'medium',
    object: 'public."we|ird"',
    identity: hostileRole,
    message: 'The catalog says allowed, the attempt was denied.',
    remedy: 'grant usage on schema public to app_user;',
    location: { file: 'db/contract.yaml', line: 12 },
  },
];

/** A run with everything that can go wrong, with hostile names and messages. */
export const evidence: Evidence = {
  schema_version: 2,
  run: {
    id: 'skeldir-p2-embedded-16-4be1f00d',
    tool_version: '0.1.0',
    contract: 'db-identity-contract',
    contract_file: 'db/contract.yaml',
    title: 'Skeldir P2: DB identity <contract>',
    contract_sha256: '4be1f00d'.repeat(8),
    inputs: [],
    inputs_sha256: 'c0ffee12'.repeat(8),
    git_commit: '108a9209034a0de401c70068a2bb3a5599e45106',
    git_dirty: true,
    topology: 'embedded',
    isolation: 'shared-cluster',
    server_version: '16.14',
    started_at: '2026-01-21T10:00:00.000Z',
    duration_ms: 41_234,
  },
  phases: { baseline, head },
  build_paths: [
    {
      path: 'upgraded',
      phase: 'head',
      fingerprint: '4be1f00d'.repeat(8),
      expected: '4be1f00d'.repeat(8),
      same: true,
      added: [],
      removed: [],
      error: null,
    },
    {
      path: 'taken-down',
      phase: 'baseline',
      fingerprint: null,
      expected: 'c0ffee12'.repeat(8),
      same: false,
      added: [],
      removed: [],
      error: hostileMessage,
    },
  ],
  truth_table: truthTable,
  source_code: sourceCode,
  deficiencies: [
    {
      id: 'H-P2-DEF-1',
      claim: 'runtime cannot write llm_api_calls',
      status: 'fixed',
      baseline: [
        {
          what: 'app_user INSERT public.llm_api_calls (own-tenant)',
          expected: 'denied-by-grant',
          seen: 'denied-by-grant',
          message: replies.calls.message,
          met: true,
          unproven: false,
        },
      ],
      head: [
        {
          what: 'app_user INSERT public.llm_api_calls (own-tenant)',
          expected: 'allowed',
          seen: 'allowed',
          message: null,
          met: true,
          unproven: false,
        },
      ],
    },
    {
      id: 'H-P2-DEF-9',
      claim: `runtime | cannot read as ${hostileRole}`,
      status: 'still-red',
      baseline: [
        {
          what: `${hostileRole} SELECT public."we|ird"`,
          expected: 'denied-by-grant',
          seen: 'not-observed',
          message: null,
          met: false,
          unproven: false,
        },
      ],
      head: [
        {
          what: `${hostileRole} SELECT public."we|ird"`,
          expected: 'allowed',
          seen: 'error:XX000',
          message: hostileMessage,
          met: false,
          unproven: false,
        },
      ],
    },
  ],
  assertions: head.suites.flatMap(({ suite, assertions }) =>
    assertions.map(({ number, name, result }) => {
      const before =
        baseline.suites.find((run) => run.suite === suite)?.assertions.find((a) => a.number === number)?.result ??
        'missing';
      return {
        suite,
        number,
        name,
        baseline: before,
        head: result,
        change: changeOf(before === 'ok', result === 'ok'),
      };
    }),
  ),
  fail_closed: failClosed,
  sessions: [
    {
      session: null,
      logins: ['app_user'],
      words: 'app_user, which sets app.tenant to {tenant}',
      how: 'app_user, which sets app.tenant to {tenant}',
    },
  ],
  tenant_word: 'tenant',
  only_paths: [heldPath, openPath(hostileRole)],
  oracles: loudOracles(hostileRole),
  ...calls,
  controls: [
    { suite: '01_identity', noticed: true, failed: ['app_user has no BYPASSRLS'], reason: null },
    {
      suite: '02_tenants_denied',
      noticed: true,
      failed: ['app_user cannot SELECT public.tenants', `names like ${hostileRole} are refused`],
      reason: null,
    },
    { suite: '03_definer', noticed: false, failed: [], reason: hostileMessage },
  ],
  privilege_diff: {
    added,
    removed: [
      fact('table', 'public.tenants', hostileRole, 'SELECT', grant),
      fact('policy', 'public.llm_api_calls', '', 'policy old|policy', { using: "a | b < 'c'" }),
    ],
  },
  findings,
  unproven: [],
  unused_acceptances: [],
  verdict: {
    status: 'fail',
    exit_code: 1,
    proof: provenInFull,
    reasons: [
      '4 findings',
      'suite 04_stopped: planned 3 tests but ran 1',
      `control of 03_definer unnoticed: ${hostileMessage}`,
    ],
  },
};

/** The same run without any fault. */
export const proven: Evidence = {
  ...evidence,
  run: { ...evidence.run, title: 'Skeldir P2: DB identity contract', git_dirty: false, isolation: 'cluster-per-phase' },
  phases: {
    baseline: { ...baseline, probes: baseline.probes.filter((probe) => probe.identity !== hostileRole) },
    head: {
      ...head,
      suites: head.suites.slice(0, 1),
      probes: head.probes.filter((probe) => probe.identity !== hostileRole),
      roles: head.roles.slice(0, 3),
    },
  },
  truth_table: truthTable.slice(0, 4).map((row) => (row.expected ? { ...row, required_by_checked: 'checked' } : row)),
  source_code: { ...sourceCode, unsure: [], without_identity: [] },
  deficiencies: evidence.deficiencies.slice(0, 1),
  assertions: evidence.assertions.filter(
    ({ change, name }) => (change === 'fixed' || change === 'held') && !name.includes(hostileRole),
  ),
  fail_closed: failClosed.filter(({ closed, identity }) => closed && identity === 'app_user'),
  only_paths: [heldPath],
  oracles: quietOracles,
  controls: evidence.controls.slice(0, 1),
  privilege_diff: { added: added.slice(0, 11), removed: [] },
  findings: [],
  unproven: [],
  unused_acceptances: [],
  verdict: { status: 'pass', exit_code: 0, reasons: [], proof: provenInFull },
};
