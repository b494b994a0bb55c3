import { readdir, readFile, writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ParsedContract } from '../../contract/contract.ts';
import { parseContract } from '../../contract/parse-contract.ts';
import { connect, type Session } from '../../postgres/session.ts';
import { startTestServer, type TestServer } from '../../testing/server.ts';
import type { Finding } from '../../findings/finding.ts';
import { checkInput } from './check-input.ts';
import { readChecks } from './read-checks.ts';
import type { BypassFinding } from './judge.ts';
import { askChecks, runBypassChecks } from './run-checks.ts';

const checks = await readChecks();
const fixtures = new URL('./fixtures/', import.meta.url);
const examples = new URL('./examples/', import.meta.url);
const example = (name: string) => readFile(new URL(name, examples), 'utf8');
const messages = JSON.parse(await example('messages.json')) as Record<string, { message: string; remedy: string }>;
const fixture = (name: string) => readFile(new URL(name, fixtures), 'utf8');

/** Checks of what no statement can change. They are tested by their input. */
const withoutFixture = ['server-outdated'];
const withFixture = checks.map(({ code }) => code).filter((code) => !withoutFixture.includes(code));

let server: TestServer;
let session: Session;
let contract: ParsedContract;

beforeAll(async () => {
  server = await startTestServer();
  await server.createDatabase('bypass');
  session = await connect(server.target('bypass'));
  await session.script(await fixture('base.sql'));
  ({ contract } = parseContract('contract.yaml', await fixture('contract.yaml')));
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

const ask = (code: string, version = server.version, by = contract) =>
  askChecks(
    (sql, values) => session.query(sql, values),
    checks.filter((check) => check.code === code),
    checkInput(by),
    version,
  );

/** The findings of one check after some scripts, which are rolled back. */
function findingsAfter(code: string, ...scripts: string[]): Promise<BypassFinding[]> {
  return findingsBy(contract, code, ...scripts);
}

async function findingsBy(by: ParsedContract, code: string, ...scripts: string[]): Promise<BypassFinding[]> {
  await session.script('begin');
  try {
    for (const script of scripts) {
      await session.script(script);
    }
    await session.script(`set local search_path = ''`);
    return await ask(code, server.version, by);
  } finally {
    await session.script('rollback');
  }
}

/**
 * Cases that look like a flaw. Each names what the check finds as object, identity and access: nothing if the case is harmless.
 */
const near = await Promise.all(
  (await readdir(new URL('near/', fixtures))).toSorted().map(async (file) => {
    const sql = await fixture(`near/${file}`);
    const said = (key: string) => [...sql.matchAll(new RegExp(`^--! ${key}: (.*)$`, 'gm'))].map(([, value]) => value!);
    return { near: said('near')[0]!, check: said('check')[0]!, sql, found: said('found') };
  }),
);

describe('the checks', () => {
  it('have a flaw and the same case put right, and nothing else is there', async () => {
    const wanted = withFixture.flatMap((code) => [`${code}.fixed.sql`, `${code}.flaw.sql`]);
    expect((await readdir(examples)).toSorted()).toEqual([...wanted, 'messages.json'].toSorted());
    expect(Object.keys(messages)).toEqual(withFixture);
    expect(near.length).toBeGreaterThan(30);
  });

  it('say nothing of a project without a flaw, and leave nothing behind', async () => {
    expect(await runBypassChecks(session, contract, server.version)).toEqual([]);
    expect(
      await session.query('select pg_current_xact_id_if_assigned() as id, current_setting($1) as path', [
        'search_path',
      ]),
    ).toEqual([{ id: null, path: '"$user", public' }]);
  });

  it.each(withFixture)(
    '%s sees the flaw, is content with its own remedy, and with the case put right',
    async (code) => {
      const flaw = await example(`${code}.flaw.sql`);
      const found = await findingsAfter(code, flaw);
      expect(found).toHaveLength(1);
      const { object, message, remedy } = found[0]!;
      expect([object, message, remedy]).not.toContain('');
      expect(remedy).not.toMatch(/\bnull\b/);
      // What the documents show.
      if (process.env['ROLECALL_RECORD'] === '1') {
        messages[code] = { message, remedy };
        const sorted = Object.fromEntries(withFixture.map((one) => [one, messages[one]]));
        await writeFile(new URL('messages.json', examples), `${JSON.stringify(sorted, null, 2)}\n`);
      }
      expect({ message, remedy }).toEqual(messages[code]);

      // Some flaws are in a body, which no statement of ours can mend.
      const remedied = remedy.startsWith('--') ? [] : await findingsAfter(code, flaw, remedy);
      expect(remedied, remedy).toEqual([]);
      expect(await findingsAfter(code, await example(`${code}.fixed.sql`))).toEqual([]);
    },
  );

  it.each(near)('near a flaw: $near ($check)', async ({ check: code, sql, found: expected }) => {
    const key = ({ object, identity, access = '' }: BypassFinding) => [object, identity, access].join(' ').trimEnd();
    const found = await findingsAfter(code, sql);
    expect(found.map(key)).toEqual(expected);
    // The remedies of a publication with two tables are the same, so they run once.
    const remedies = [...new Set(found.map(({ remedy }) => remedy))].join(' ');
    if (remedies.startsWith('--')) {
      return;
    }
    // A role that reads everything through a membership loses that by a revoked membership, not by a change of the view.
    expect(sql.includes('pg_read_all_data') ? [] : await findingsAfter(code, sql, remedies), remedies).toEqual([]);
  });

  it('put a barrier before a filter over a materialized view, and revoke such a view that has no filter', async () => {
    const told = async (filter: string, by: ParsedContract = contract) => {
      const view = `create materialized view bp.m as select * from bp.notes; create view bp.v as select body from bp.m ${filter}; grant select on bp.v to bp_rw`;
      return (await findingsBy(by, 'view-over-guarded-table', view)).map(({ message, remedy }) => [message, remedy]);
    };
    const filters =
      'bp_rw may use bp.v, which filters the stored rows of bp.notes by app.tenant without security_barrier: what a query computes may see the rows of others before the filter does';
    const shows = 'bp_rw may use bp.v, which shows the stored rows of bp.notes';
    const [barrier, revoke] = ['ALTER VIEW bp.v SET (security_barrier = true);', 'REVOKE ALL ON bp.v FROM bp_rw;'];
    const mine = `where tenant_id = current_setting('app.tenant', true)::uuid`;
    expect(await told(mine)).toEqual([[filters, barrier]]);
    const unlimited = `${shows}, and no plain comparison of its own with app.tenant limits them`;
    expect(await told('')).toEqual([[unlimited, revoke]]);
    const without = structuredClone(contract);
    delete without.tenancy;
    expect(await told('', without)).toEqual([[shows, revoke]]);
    const only = { ...contract, tables: { ...contract.tables, 'bp.m': contract.tables['bp.tenants']! } };
    expect(await told('', only)).toEqual([[unlimited.replace('bp.notes', 'bp.m, bp.notes'), revoke]]);
    expect(await told(mine, only)).toEqual([[filters.replace('bp.notes', 'bp.m, bp.notes'), barrier]]);
  });

  it('say nothing of a policy that shows every row to whom the contract wants to see them all', async () => {
    const roles = `create role bp_analyst; create role bp_reports login; grant bp_analyst to bp_reports;`;
    const policy = (to: string) => `create policy everything on bp.notes for select to ${to} using (true)`;
    const analyst = {
      ...contract,
      identities: {
        ...contract.identities,
        bp_analyst: { ...contract.identities['bp_rw']!, kind: 'group' },
        bp_reports: { ...contract.identities['bp_app']!, member_of: ['bp_analyst'] },
      },
      sessions: {
        member: { login: 'bp_app', set: {}, run: [], sees: 'whose' },
        reports: { login: 'bp_reports', set: {}, run: [], sees: 'all' },
      },
    } satisfies ParsedContract;
    const after = (by: ParsedContract, to: string) => findingsBy(by, 'policy-always-true', roles, policy(to));
    expect(await after(analyst, 'bp_analyst')).toEqual([]);
    expect(await after(analyst, 'bp_analyst, bp_rw')).toHaveLength(1);
    expect(await after(contract, 'bp_app')).toHaveLength(1);
    const shared = structuredClone(contract);
    shared.tables['bp.notes']!.rows = 'all';
    expect(await after(shared, 'bp_app')).toEqual([]);
  });

  it('say nothing of a role past all policies that is for sessions which see every row', async () => {
    const roles = 'create role bp_service bypassrls; grant bp_service to bp_app with inherit false, set true;';
    const service = {
      ...contract,
      identities: {
        ...contract.identities,
        bp_app: {
          ...contract.identities['bp_app']!,
          member_of: ['bp_rw', { role: 'bp_service', inherit: false, set: true, admin: false }],
        },
        bp_service: { ...contract.identities['bp_rw']!, attributes: ['BYPASSRLS'] },
      },
      sessions: {
        member: { login: 'bp_app', set: {}, run: [], sees: 'whose' },
        service: { login: 'bp_app', role: 'bp_service', set: {}, run: [], sees: 'all' },
      },
    } satisfies ParsedContract;
    const seen = {
      ...service,
      sessions: { ...service.sessions, service: { ...service.sessions.service, sees: 'whose' as const } },
    };
    expect(await findingsBy(service, 'bypassrls-in-reach', roles)).toEqual([]);
    expect(await findingsBy(seen, 'bypassrls-in-reach', roles)).not.toEqual([]);
  });

  it('say that a table is published of which the contract says whose its rows are, whatever keeps them apart', async () => {
    const whole = structuredClone(contract);
    const published = (by: ParsedContract) =>
      findingsBy(by, 'rls-table-published', 'create publication bp_feed for table bp.topics');
    whole.tables['bp.topics']!.rows = { of: 'own' };
    expect((await published(whole)).map(({ object, access }) => [object, access])).toEqual([['bp.topics', 'bp_feed']]);
    whole.tables['bp.topics']!.rows = 'all';
    expect(await published(whole)).toEqual([]);
  });

  it('leave functions of the platform to the platform, and its migrator is not a superuser there', async () => {
    const roles =
      'create role bp_platform; create role bp_postgres superuser; grant create, usage on schema bp to bp_platform;';
    const made = (owner: string) => `
      create function bp.anybody() returns int language sql as 'select 1'; alter function bp.anybody() owner to ${owner};
      create function bp.powerful() returns int language sql security definer set search_path = '' as 'select 1';
      alter function bp.powerful() owner to bp_postgres;`;
    const identities = {
      ...contract.identities,
      bp_platform: { ...contract.identities['bp_rw']!, kind: 'platform' as const },
      bp_postgres: { ...contract.identities['bp_migrator']! },
    };
    const found = async (by: ParsedContract, owner: string, code: string) =>
      (await findingsBy(by, code, roles, made(owner))).map(({ object }) => object);
    const managed = { ...contract, identities, platform: 'supabase' as const };
    expect(await found(managed, 'bp_platform', 'public-may-execute')).toEqual([]);
    expect(await found(managed, 'bp_migrator', 'public-may-execute')).toEqual(['bp.anybody()']);
    expect(await found(managed, 'bp_migrator', 'definer-owned-by-superuser')).toEqual([]);
    expect(await found({ ...contract, identities }, 'bp_migrator', 'definer-owned-by-superuser')).toEqual([
      'bp.powerful()',
    ]);
  });

  it('give findings in the shape of all others', async () => {
    const findings: Omit<Finding, 'code'>[] = await findingsAfter(
      'grant-option-held',
      await example('grant-option-held.flaw.sql'),
    );
    expect(findings).toEqual([
      {
        code: 'grant-option-held',
        severity: 'medium',
        object: 'bp.topics.name',
        identity: 'bp_rw',
        access: 'UPDATE',
        message: 'bp_rw may grant UPDATE on bp.topics.name to others',
        remedy: 'REVOKE GRANT OPTION FOR UPDATE (name) ON TABLE bp.topics FROM bp_rw CASCADE;',
      },
    ]);
  });

  it('know which minor version of the server is too old', async () => {
    const old = await ask('server-outdated', 160004);
    expect(old.map(({ object, remedy }) => [object, remedy])).toEqual([
      ['server', '-- Update the server to PostgreSQL 16.11 or later.'],
    ]);
    expect(old[0]!.message).toMatch(
      /^PostgreSQL 16\.4 lacks the fixes of CVE-2024-10976 \(.*\), CVE-2024-10978 .*CVE-2025-8713 /,
    );
    expect(old[0]!.message).not.toContain('CVE-2024-4317');
    expect(await ask('server-outdated', 160011)).toEqual([]);
  });
});
