import { readFileSync } from 'node:fs';

import { parseContract } from '../../contract/parse-contract.ts';
import type { Mutant } from '../mutant.ts';
import { mutationReport, type MutationReport, type MutationSeen } from '../mutation-report.ts';
import { found, red } from '../mutant-result.fixture.ts';
import { byNobody, type KilledBy, type MutantResult } from '../mutant-result.ts';
import { hostileMessage, hostileRole } from '../../report/hostile.fixture.ts';

/** A contract that accepts one survivor until the end of 2026, and one whose acceptance has expired. */
const { contract } = parseContract(
  'db/contract.yaml',
  readFileSync(new URL('mutation.fixture.yaml', import.meta.url), 'utf8'),
);

type Tried = Omit<MutantResult, 'accepted'>;

function mutant(id: string, description: string, sql: string, rest: Partial<Mutant> = {}): Mutant {
  const [operator = '', object = '', identity = ''] = id.split('/');
  return { id, operator, object, identity, description, sql, isolation: 'transaction', ...rest };
}

function killed(of: Mutant, killedBy: Partial<KilledBy>, notes: string[] = []): Tried {
  return { ...of, status: 'killed', killed_by: { ...byNobody(), ...killedBy }, notes };
}

function other(status: 'survived' | 'equivalent' | 'invalid', of: Mutant, notes: string[] = []): Tried {
  return { ...of, status, killed_by: byNobody(), notes };
}

const granted = (privilege: string) =>
  mutant(
    `grant-table/public.notes/PUBLIC/${privilege}`,
    `PUBLIC is given ${privilege} on public.notes.`,
    `grant ${privilege.toLowerCase()} on table public.notes to public;`,
  );
const undeclared = found('undeclared-access', 'public.notes', 'app_user', 'DELETE');

const seen: MutationSeen = {
  run: {
    id: 'mutation-4be1f00d',
    tool_version: '0.1.0',
    contract: contract.name,
    contract_file: 'db/contract.yaml',
    title: contract.title,
    contract_sha256: '4be1f00d'.repeat(8),
    inputs_sha256: 'c0ffee12'.repeat(8),
    git_commit: '108a9209034a0de401c70068a2bb3a5599e45106',
    git_dirty: true,
    topology: 'embedded',
    server_version: '16.14',
    fingerprint: 'facade00'.repeat(8),
    started_at: '2026-01-21T10:00:00.000Z',
    duration_ms: 8_000,
    jobs: 2,
    shard: null,
    only: null,
    changed: false,
  },
  suites: ['01_roles', '02_denied', '03_granted', '04_asleep'],
  green: { status: 'pass', exit_code: 0, reasons: [] },
  controls: [
    { suite: '01_roles', noticed: true, failed: ['app_user is not a superuser'], reason: null },
    {
      suite: '02_denied',
      noticed: true,
      failed: ['app_user cannot DELETE', `names like ${hostileRole} are refused`],
      reason: null,
    },
    { suite: '03_granted', noticed: true, failed: ['app_user can SELECT'], reason: null },
    { suite: '04_asleep', noticed: false, failed: [], reason: hostileMessage },
  ],
  mutants: [
    other(
      'survived',
      mutant(
        'default-privileges/public/app_user',
        'Future tables in public are given to app_user.',
        'alter default privileges in schema public grant select on tables to app_user;',
      ),
    ),
    killed(granted('DELETE'), {
      pgtap: [red('02_denied', 1, 'app_user cannot DELETE'), red('02_denied', 4, 'nobody can DELETE')],
      attempt: [undeclared],
      catalog: [undeclared],
    }),
    killed(granted('TRUNCATE'), {
      pgtap: [red('02_denied', 2, 'app_user cannot TRUNCATE')],
      catalog: [
        found('undeclared-access', 'public.notes', 'PUBLIC', 'TRUNCATE'),
        found('undeclared-access', 'public.notes', 'app_user', 'TRUNCATE'),
      ],
    }),
    killed(
      granted('TRIGGER'),
      {
        catalog: [
          found('undeclared-access', 'public.notes', 'PUBLIC', 'TRIGGER'),
          found('a'),
          found('b'),
          found('c'),
          found('d'),
        ],
      },
      ['03_granted sql-error: it broke off'],
    ),
    killed(
      mutant(
        'revoke/public.notes/app_rw/INSERT',
        'app_rw loses INSERT on public.notes.',
        'revoke insert on table public.notes from app_rw;',
        { narrowing: true },
      ),
      {
        attempt: [found('unexpected-closed', 'public.notes', 'app_user', 'INSERT')],
        catalog: [found('missing-access', 'public.notes', 'app_user', 'INSERT')],
      },
    ),
    killed(
      mutant(
        'revoke/public.notes/app_rw/SELECT',
        'app_rw loses SELECT on public.notes.',
        'revoke select on table public.notes from app_rw;',
        { narrowing: true },
      ),
      {
        pgtap: [red('03_granted', 1, 'app_user can SELECT')],
        attempt: [found('unexpected-closed', 'public.notes', 'app_user', 'SELECT')],
        catalog: [found('missing-access', 'public.notes', 'app_user', 'SELECT')],
      },
    ),
    killed(
      mutant('role-attribute/app_user/BYPASSRLS', 'app_user bypasses row security.', 'alter role app_user bypassrls;'),
      { pgtap: [red('01_roles', 2, 'app_user has no BYPASSRLS')] },
    ),
    other(
      'survived',
      mutant('role-attribute/app_user/CREATEDB', 'app_user may create databases.', 'alter role app_user createdb;', {
        isolation: 'login',
        undo: 'alter role app_user nocreatedb;',
      }),
      ['04_asleep sql-error: it broke off'],
    ),
    other(
      'invalid',
      mutant(
        'search-path/public.f()/',
        'The search_path of public.f() is reset.',
        'alter function public.f() reset all;',
      ),
      [`${hostileMessage} (SQLSTATE XX000)`],
    ),
    other(
      'survived',
      mutant(
        `using-true/public."we|ird"/${hostileRole}`,
        `${hostileRole} sees every row of public."we|ird".`,
        `-- \`\`\`\n-- ${hostileMessage}\nalter policy p on public."we|ird" using (true);`,
      ),
    ),
    other(
      'equivalent',
      mutant(
        'using-true/public.notes/q',
        'The policy q of public.notes lets everything through.',
        'alter policy q on public.notes using (true);',
      ),
    ),
  ],
};

/** A run with everything that can go wrong, with hostile names and messages. */
export const mutation: MutationReport = mutationReport(contract, seen, '2026-01-21');

/** The same run, with every mutant noticed. */
export const noticed: MutationReport = mutationReport(
  contract,
  {
    ...seen,
    run: { ...seen.run, git_dirty: false },
    suites: ['01_roles', '02_denied'],
    controls: seen.controls.slice(0, 2),
    mutants: seen.mutants.filter(({ status, notes }) => status === 'killed' && notes.length === 0),
  },
  '2026-01-21',
);

/** No mutant was tried, because the undamaged head is not green. */
export const untried: MutationReport = mutationReport(
  contract,
  {
    ...seen,
    suites: [],
    controls: [],
    green: { status: 'fail', exit_code: 1, reasons: ['undeclared-access: PUBLIC SELECT public.notes'] },
    mutants: [],
  },
  '2026-01-21',
);
