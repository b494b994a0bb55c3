import { describe, expect, it } from 'vitest';

import type { Fact } from '../../catalog/fact.ts';
import type { ParsedContract } from '../../contract/contract.ts';
import type { Finding } from '../../findings/finding.ts';
import { isExecutable } from '../../findings/remedy-trial.ts';
import { contractWith } from '../../testing/contract.ts';
import { about, grant, member, owner, publicSchema, role } from '../../testing/facts.ts';
import { made, serverFacts } from '../../testing/managed.ts';
import { contractedAccess } from './judge.ts';
import { judgeState } from './proof.ts';

const contract = contractWith('schemas: { public: { grants: { PUBLIC: [USAGE] } } }');

/** The minimal contract's roles on a server, made by its admin `postgres`; its migrator is another role. */
const app = (superuser: string, admin: string): Fact[] => [
  ...role('admin', 'login', 'createrole', 'inherit'),
  ...role('app', 'login', 'inherit'),
  ...role('rw', 'inherit'),
  ...['admin', 'app', 'rw'].map((one) => made(one, admin, superuser)),
  member('rw', 'app', {}, admin),
  owner('database', 'database', admin),
  ...publicSchema.map((fact) => (fact.property === 'owner' ? { ...fact, role: 'pg_database_owner' } : fact)),
];
const rds = [...serverFacts('rds'), ...app('rdsadmin', 'postgres')];

function judged(facts: readonly Fact[], held: ParsedContract): Finding[] {
  const access = contractedAccess(held, facts);
  return judgeState(held, {
    facts: [...facts],
    access,
    database: 'd',
    connectedAs: 'looker',
    toolSchemaIntact: true,
  });
}

function found(facts: readonly Fact[], held = contract): string[] {
  return judged(facts, held).map(({ code, identity, object }) => `${code} ${identity} ${object}`);
}

describe('on a server that somebody else keeps', () => {
  it.each([
    ['rds', rds],
    ['neon', [...serverFacts('neon'), ...app('cloud_admin', 'neondb_owner')]],
    ['cloudsql', [...serverFacts('cloudsql'), ...app('cloudsqladmin', 'postgres')]],
    ['alloydb', [...serverFacts('alloydb'), ...app('alloydbadmin', 'postgres')]],
    ['azure', [...serverFacts('azure'), ...app('azuresu', 'postgres')]],
    ['supabase', [...serverFacts('supabase'), ...app('supabase_admin', 'postgres')]],
  ])('%s: its own roles, their memberships and what making a role gives its admin are not findings', (_, facts) => {
    expect(found(facts)).toEqual([]);
  });

  it('on one that is not recognised they are', () => {
    const facts = rds.map((fact) =>
      fact.kind === 'role' && fact.object === 'rdsadmin' ? { ...fact, object: 'dba' } : fact,
    );
    expect(found(facts)).toEqual(
      expect.arrayContaining([
        'undeclared-role dba dba',
        'undeclared-role rds_superuser rds_superuser',
        'undeclared-role postgres postgres',
      ]),
    );
  });

  it.each([
    ['a role that is called like one of the provider’s', role('rds_boss', 'createrole'), 'undeclared-role rds_boss'],
    [
      'an identity in one of them',
      [member('rds_superuser', 'app', {}, 'postgres')],
      'undeclared-membership app rds_superuser',
    ],
    ['an identity in one without a right', [member('rds_iam', 'app', {}, 'postgres')], 'undeclared-membership app'],
    [
      'a role of nobody in one that has power',
      [...role('guest', 'login'), member('rds_superuser', 'guest', {}, 'postgres')],
      'undeclared-role guest guest',
    ],
    [
      'and one whose power no attribute shows',
      [...role('guest', 'login'), member('rds_replication', 'guest', {}, 'postgres')],
      'undeclared-role guest guest',
    ],
    [
      'a role of the provider in one of the contract',
      [member('rw', 'rds_superuser', {}, 'postgres')],
      'undeclared-membership rds_superuser rw',
    ],
    ['more than making a role gives', [member('rw', 'admin', {}, 'postgres')], 'undeclared-membership admin rw'],
    [
      'what the provider grants to an identity',
      [owner('table', 'public.t', 'admin'), grant('table', 'public.t', 'app', 'SELECT')],
      'undeclared-access app public.t',
    ],
    [
      'what it grants to everybody',
      [owner('table', 'public.t', 'admin'), grant('table', 'public.t', 'PUBLIC', 'SELECT')],
      'undeclared-access PUBLIC public.t',
    ],
    [
      'a setting of everybody’s that is not the provider’s',
      [about('setting', 'database', 'row_security', { value: 'off' })],
      'undeclared-setting  row_security',
    ],
  ])('is found: %s', (_, more, wanted) => {
    expect(found([...rds, ...more])).toEqual(expect.arrayContaining([expect.stringContaining(wanted) as string]));
  });

  it.each<[string, Fact[], string]>([
    [
      'reads a table',
      [owner('table', 'public.t', 'admin'), grant('table', 'public.t', 'rds_iam', 'SELECT')],
      'SELECT on table public.t',
    ],
    [
      'may execute a function',
      [owner('function', 'public.f()', 'admin'), grant('function', 'public.f()', 'rds_iam', 'EXECUTE')],
      'EXECUTE on function public.f()',
    ],
    ['may create in a schema', [grant('schema', 'public', 'rds_iam', 'CREATE')], 'CREATE on schema public'],
    ['owns a table', [owner('table', 'public.t', 'rds_iam')], 'owns table public.t'],
  ])(
    'a role of the provider’s that %s of the customer’s is found, and no SQL is offered that names it',
    (_, more, wanted) => {
      const [finding, ...rest] = judged([...rds, ...more], contract).filter(({ identity }) => identity === 'rds_iam');
      expect(rest).toEqual([]);
      expect(finding).toMatchObject({ code: 'undeclared-role', object: 'rds_iam', severity: 'high' });
      expect(finding!.message).toContain(wanted);
      expect(isExecutable(finding!)).toBe(false);
    },
  );

  it('what it grants its own roles is none, nor is what shows a schema to them', () => {
    const byProvider = {
      ...grant('table', 'public.t', 'rds_iam', 'SELECT'),
      detail: { grantor: 'rdsadmin', grantable: false },
    };
    const facts = [
      owner('table', 'public.t', 'rdsadmin'),
      byProvider,
      grant('schema', 'public', 'rds_iam', 'USAGE'),
      grant('database', 'database', 'rds_iam', 'CONNECT'),
    ];
    expect(found([...rds, ...facts])).toEqual([]);
  });

  it('a member of a provider’s role is told with what it reaches by it', () => {
    const facts = [...rds, member('rds_superuser', 'app', {}, 'postgres')];
    const findings = judged(facts, contract);
    expect(findings.find(({ code }) => code === 'undeclared-membership')!.message).toContain(
      'app → rds_superuser → pg_checkpoint, pg_monitor, pg_signal_backend, rds_password, rds_replication',
    );
  });

  it.each([
    ['its settings', [about('setting', 'cluster', 'rds.force_ssl', { value: '1' })]],
    [
      'its extensions',
      [
        owner('extension', 'plpgsql', 'rdsadmin'),
        { ...owner('function', 'public.h()', 'rdsadmin'), detail: { extension: 'plpgsql' } },
        {
          ...grant('function', 'public.h()', 'PUBLIC', 'EXECUTE'),
          detail: { extension: 'plpgsql', grantor: 'rdsadmin', grantable: false },
        },
      ],
    ],
  ])('are not findings: %s', (_, more) => {
    expect(found([...rds, ...more])).toEqual([]);
  });
});

describe('in a schema of the provider', () => {
  const rest = [...serverFacts('supabase'), ...app('supabase_admin', 'postgres')];
  const supabase = [
    ...rest,
    owner('schema', 'realtime', 'supabase_admin'),
    grant('schema', 'realtime', 'PUBLIC', 'USAGE'),
    owner('table', 'realtime.messages', 'supabase_admin'),
    grant('table', 'realtime.messages', 'anon', 'SELECT'),
    owner('function', 'realtime.send()', 'supabase_admin'),
    grant('function', 'realtime.send()', 'PUBLIC', 'EXECUTE'),
  ];
  // anon is both a role of the provider and an identity.
  const withAnon = {
    ...contract,
    identities: { ...contract.identities, anon: { ...contract.identities['rw']!, attributes: [] } },
  };

  it('what its own roles have there, and what everybody may execute, is not a finding', () => {
    expect(found(supabase, withAnon).filter((one) => one.includes('realtime.'))).toEqual([]);
  });

  it('what a role of the customer’s was given there is one, and what everybody may read', () => {
    const facts = [
      ...supabase,
      grant('table', 'realtime.messages', 'app', 'SELECT'),
      grant('table', 'realtime.messages', 'PUBLIC', 'DELETE'),
    ];
    expect(found(facts, withAnon)).toEqual(
      expect.arrayContaining(['undeclared-access app realtime.messages', 'undeclared-access PUBLIC realtime.messages']),
    );
  });

  it('what the customer made there is judged as anywhere', () => {
    const facts = [
      ...supabase,
      owner('function', 'realtime.mine()', 'postgres'),
      grant('function', 'realtime.mine()', 'PUBLIC', 'EXECUTE'),
    ];
    expect(found(facts, withAnon)).toContain('undeclared-access PUBLIC realtime.mine()');
  });

  it('one that only bears a name of the provider’s is judged as any', () => {
    const facts = [
      ...rest,
      owner('schema', 'realtime', 'postgres'),
      grant('schema', 'realtime', 'PUBLIC', 'USAGE'),
      owner('function', 'realtime.send()', 'postgres'),
      grant('function', 'realtime.send()', 'PUBLIC', 'EXECUTE'),
    ];
    expect(found(facts, withAnon)).toContain('undeclared-access PUBLIC realtime.send()');
  });

  it('all of it is judged where the contract speaks of the schema', () => {
    const spoken = {
      ...withAnon,
      schemas: { ...withAnon.schemas, realtime: { owner: 'supabase_admin', grants: { PUBLIC: ['USAGE' as const] } } },
    };
    expect(found(supabase, spoken)).toEqual(
      expect.arrayContaining(['undeclared-access anon realtime.messages', 'undeclared-access PUBLIC realtime.send()']),
    );
  });
});
