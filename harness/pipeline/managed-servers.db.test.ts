import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

import { readAndDraft } from '../commands/init-live.ts';
import { today } from '../common/clock.ts';
import { parseContract } from '../contract/parse-contract.ts';
import type { ServerName } from '../contract/servers/server-profile.ts';
import type { Finding } from '../findings/finding.ts';
import { isExecutable } from '../findings/remedy-trial.ts';
import { urlOf } from '../postgres/target.ts';
import { contractFile, testContext } from '../testing/head.ts';
import { startManagedServer, type ManagedServer } from '../testing/managed-server.ts';
import { judgeLive, type Judgement } from './judge.ts';
import { observePhase } from './observe-phase.ts';
import { readProject } from './project.ts';

const schema = `
  create role app login password 'app';
  create role rw;
  create role doors;
  grant rw to app;
  revoke temporary on database app from public;
  create table public.notes (id int, tenant_id text not null, body text, primary key (tenant_id, id));
  alter table public.notes enable row level security, force row level security;
  create policy own on public.notes using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert on public.notes to rw;
  create table public.plans (id int);
  create function public.count_plans() returns bigint language sql security definer
    set search_path = pg_catalog, pg_temp as 'select 1::bigint';
  revoke execute on function public.count_plans() from public;
  grant execute on function public.count_plans() to rw;
  grant create on schema public to doors;
  grant doors to current_user;
  alter function public.count_plans() owner to doors;
  revoke doors from current_user;
  revoke create on schema public from doors;`;

const contractOf = (admin: string) => `version: 1
name: small
title: A small contract
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
identities:
  app: { kind: login, member_of: [rw] }
  rw: { kind: group }
  doors: { kind: definer }
  ${admin}: { kind: migrator }
tenancy: { setting: app.tenant, column: tenant_id, own: a, other: b, unknown: u, invalid: x }
database: { grants: { PUBLIC: [CONNECT] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
tables:
  public.notes:
    row_security: forced
    grants: { rw: [SELECT, INSERT] }
    policies: { own: { using: "(tenant_id = NULLIF(current_setting('app.tenant'::text, true), ''::text))" } }
  public.plans: { rows: all, row_security: off }
functions:
  public.count_plans():
    { owner: doors, security: definer, search_path: "pg_catalog, pg_temp", grants: { rw: [EXECUTE] } }
`;

/** The judgement of the catalogs as the customer's admin sees them. */
async function judged({ admin }: ManagedServer, text = contractOf(admin.user)): Promise<Judgement> {
  const project = await readProject(contractFile);
  const contract = parseContract('c.yaml', text);
  const built = { phase: 'head', revision: '2', superuser: admin, logins: new Map() } as const;
  const { signal } = new AbortController();
  const seen = await observePhase(built, {
    project: { ...project, ...contract },
    reporter: {},
    signal,
    statements: undefined,
  });
  return judgeLive(contract, seen, { today: today() });
}

async function check(server: ManagedServer): Promise<Finding[]> {
  return (await judged(server)).findings;
}

const words = (findings: readonly Finding[]) =>
  findings.map(({ code, identity, object }) => `${code} ${identity} ${object}`);

/** What a customer can do to itself, as SQL of its admin, and a finding about it. */
const harms: [what: string, sql: string, finding: string][] = [
  ['a table is granted', 'grant select on public.plans to app', 'undeclared-access app public.plans'],
  ['a table is granted to all', 'grant update on public.plans to public', 'undeclared-access PUBLIC public.plans'],
  ['a role may create databases', 'alter role app createdb', 'undeclared-attribute app app'],
  ['a role may create roles', 'alter role rw createrole', 'undeclared-attribute rw rw'],
  ['a role has a setting', 'alter role app set search_path = public', 'undeclared-setting app search_path'],
  ['everybody has one', 'alter database app set search_path = public', 'undeclared-setting  search_path'],
  ['a login is in a role of another', 'grant doors to app', 'undeclared-membership app doors'],
  ['with the admin option', 'grant doors to app with admin option', 'admin-option-held app doors'],
  [
    'row security is not forced',
    'alter table public.notes no force row level security',
    'changed-row-security  public.notes',
  ],
  ['a policy lets all see', 'create policy more on public.notes using (true)', 'changed-policy  public.notes'],
  [
    'a table is a login’s',
    'grant create on schema public to app; grant app to current_user; alter table public.plans owner to app; revoke app from current_user; revoke create on schema public from app',
    'undeclared-owner app public.plans',
  ],
  [
    'a function is the admin’s',
    'grant doors to current_user; alter function public.count_plans() owner to current_user; revoke doors from current_user',
    'undeclared-owner ADMIN public.count_plans()',
  ],
  [
    'all may execute a function',
    'grant doors to current_user; grant execute on function public.count_plans() to public; revoke doors from current_user',
    'public-may-execute-definer PUBLIC public.count_plans()',
  ],
  [
    'a role that nobody knows owns a table and has power',
    'create role guest login createrole; grant create on schema public to guest; grant guest to current_user; create table public.theirs (id int); alter table public.theirs owner to guest; revoke guest from current_user; grant select on public.plans to guest; revoke create on schema public from guest',
    'undeclared-role guest guest',
  ],
  ['a group may create', 'grant create on schema public to rw', 'create-in-search-path rw public'],
  [
    'a view reads as its owner',
    'create view public.v as select * from public.notes; grant select on public.v to app',
    'view-over-guarded-table app public.v',
  ],
];

const platforms: [ServerName, power: string][] = [
  ['rds', 'rds_superuser'],
  ['neon', 'neon_superuser'],
];

describe.each(platforms)('on a server as %s makes it', (name, power) => {
  let server: ManagedServer;
  const filled = (text: string) => text.replace('ADMIN', server.admin.user);
  /** Executes the printed SQL remedies as the admin, each once, until there are no more findings. */
  const mend = async () => {
    const executed = new Set<string>();
    for (;;) {
      const findings = await check(server);
      const next = findings.find((one) => isExecutable(one) && !executed.has(one.remedy));
      if (next === undefined) {
        return findings;
      }
      executed.add(next.remedy);
      await server.asAdmin(next.remedy).catch((error: unknown) => {
        throw new Error(`${next.code}: ${next.remedy}: ${String(error)}`);
      });
    }
  };

  beforeAll(async () => {
    server = await startManagedServer(name);
    await server.asAdmin(schema);
  });
  afterAll(() => server.stop());

  it('nothing is found of what is as it should be', async () => {
    const { findings, server: recognised } = await judged(server);
    expect(findings).toEqual([]);
    expect(recognised).toMatchObject({ name, told_by: 'catalog' });
    expect(recognised!.left_out.roles).toEqual(expect.arrayContaining([power, server.superuser.user]));
    expect(recognised!.left_out.memberships).toContain(`${server.admin.user} in app`);
  });

  it('a draft of it names its platform, its admin as who migrates, and no role of the provider’s', async () => {
    const { context } = testContext();
    const { draft, heading } = await readAndDraft(urlOf(server.admin), 'small', context);
    expect(heading['platform']).toBe(name);
    expect(draft.identities).toEqual({
      app: { kind: 'login', member_of: ['rw'] },
      doors: { kind: 'definer' },
      rw: { kind: 'group' },
      [server.admin.user]: { kind: 'migrator' },
    });
    const drafted = {
      ...heading,
      ...draft,
      unsure: undefined,
      tenantColumns: undefined,
      tenancy: { ...draft.tenancy, own: 'a', other: 'b', unknown: 'u', invalid: 'x' },
    };
    const { findings } = await judged(server, stringify(drafted));
    expect(words(findings)).toEqual([]);
  });

  it('harms that its customer does to itself are found, and the admin can put them right by what is printed', async () => {
    for (const [, sql] of harms) {
      await server.asAdmin(sql);
    }
    expect(words(await check(server))).toEqual(expect.arrayContaining(harms.map(([, , finding]) => filled(finding))));
    expect(words(await mend())).toEqual([]);
  });

  it('an identity in the provider’s role is found with its path, and the admin takes it out', async () => {
    await server.asProvider(`grant ${power} to ${server.admin.user} with admin option`);
    await server.asAdmin(`grant ${power} to app`);
    const findings = await check(server);
    expect(words(findings)).toContain(`undeclared-membership app ${power}`);
    expect(findings.find(({ code }) => code === 'undeclared-membership')!.message).toContain(`app → ${power} → `);
    expect(words(await mend())).toEqual([]);
  });

  it('what the provider gave is found, and said to be the provider’s to take: no SQL names its objects', async () => {
    await server.asProvider(
      `grant ${power} to app; alter role rw bypassrls; alter role app superuser; grant select on pg_catalog.pg_authid to rw`,
    );
    const findings = await check(server);
    expect(words(findings)).toEqual(
      expect.arrayContaining([
        `undeclared-membership app ${power}`,
        'undeclared-attribute app app',
        'undeclared-attribute rw rw',
        'system-object-granted rw pg_catalog.pg_authid',
      ]),
    );
    for (const { remedy } of findings.filter((one) => isExecutable(one))) {
      await server.asAdmin(`begin; ${remedy} rollback`);
      expect(remedy).not.toMatch(new RegExp(`(FROM|ROLE|BY) "?(${power}|${server.superuser.user})`));
    }
    await server.asProvider(
      `revoke ${power} from app; alter role rw nobypassrls; alter role app nosuperuser; revoke select on pg_catalog.pg_authid from rw`,
    );
    expect(words(await check(server))).toEqual([]);
  });
});

it('what a role of the provider’s was given of the customer’s is found where only the catalog tells the server', async () => {
  const server = await startManagedServer('supabase');
  try {
    await server.asAdmin(schema);
    expect(await check(server)).toEqual([]);
    await server.asAdmin('grant select on public.plans to anon; alter role anon bypassrls');
    const findings = await check(server);
    expect(words(findings)).toEqual(['undeclared-role anon anon']);
    expect(findings[0]!.message).toContain('anon is BYPASSRLS, has SELECT on table public.plans');
    expect(isExecutable(findings[0]!)).toBe(false);
  } finally {
    await server.stop();
  }
});
