import { afterEach, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../../postgres/session.ts';
import { told, type LiveAnswer } from '../../testing/live-findings.ts';
import { liveOver, withLogins } from '../../testing/owned-notes.ts';

const server = withLogins();
const live = (sql: string, rest: string): Promise<LiveAnswer> => liveOver(server(), sql, rest);
beforeAll(() => server().query('create role crew; create role tenant_c'));
afterEach(() =>
  server().query('revoke tenant_a, tenant_b, tenant_c, crew from tenant_a, tenant_b, tenant_c, app, crew; reset role'),
);

const sessions = `sessions: { person: { login: "{who}" } }
tenancy: { session: person, own: { who: tenant_a }, other: { who: tenant_b }, unknown: { who: tenant_x } }`;
const identities = (ofA = '', ofB = '') =>
  `identities: { tenant_a: { kind: login${ofA} }, tenant_b: { kind: login${ofB} }, crew: { kind: group } }`;
const notes = `tables: { s.notes: { rows: { column: owner }, row_security: enabled, grants: { tenant_a: [SELECT, INSERT, UPDATE], tenant_b: [SELECT, INSERT, UPDATE] } } }`;
const schema = (policy: string) => `
  create table s.notes (id int primary key, owner name);
  alter table s.notes enable row level security;
  create policy p on s.notes using (${policy});
  grant select, insert, update on s.notes to tenant_a, tenant_b, crew;
  insert into s.notes values (1, 'tenant_a'), (2, 'tenant_b');`;
const own = 'owner = current_user';
const hostile = ({ cells }: LiveAnswer) => cells.filter(({ context }) => context === 'hostile');

describe('a login that is one tenant’s, and hostile', () => {
  it('is refused the role of another tenant, and that is tried', async () => {
    const answer = await live(schema(own), `${identities()}\n${sessions}\n${notes}`);
    expect(told(answer)).toEqual([]);
    expect(hostile(answer).map((one) => `${one.identity} ${one.command} ${one.value!}: ${one.outcome}`)).toEqual([
      'tenant_a SELECT SET ROLE tenant_b: denied-by-grant',
      'tenant_a UPDATE SET ROLE tenant_b: denied-by-grant',
      'tenant_a DELETE SET ROLE tenant_b: denied-by-grant',
      'tenant_b SELECT SET ROLE tenant_a: denied-by-grant',
      'tenant_b INSERT SET ROLE tenant_a: denied-by-grant',
      'tenant_b UPDATE SET ROLE tenant_a: denied-by-grant',
      'tenant_b DELETE SET ROLE tenant_a: denied-by-grant',
    ]);
  });

  it('has no way into another role that SET ROLE is not', async () => {
    await server().query(
      'grant tenant_a to tenant_b with inherit false, set true; grant tenant_a to app with set false',
    );
    const said = async (user: string, statement: string) => {
      const session = await connect({ ...server().superuser, user, password: user });
      try {
        return await session.script(statement).then(
          () => 'done',
          ({ message }: Error) => message,
        );
      } finally {
        await session.close();
      }
    };
    const setting = `select set_config('role', 'tenant_a', false)`;
    expect(await said('tenant_b', setting)).toBe('done');
    expect(await said('app', setting)).toContain('permission denied to set role');
    expect(await said('app', 'set role tenant_a')).toContain('permission denied to set role');
    expect(await said('tenant_b', 'set session authorization tenant_a')).toContain(
      'permission denied to set session authorization',
    );
  });

  it('reads and writes what is another’s where the contract lets it take that role', async () => {
    const member = `${schema(own)} grant tenant_a to tenant_b with inherit false, set true`;
    const declared = identities('', ', member_of: [{ role: tenant_a, inherit: false }]');
    expect(told(await live(member, `${declared}\n${sessions}\n${notes}`))).toEqual([
      expect.stringMatching(
        /^fail-open: tenant_b .* SELECT on s\.notes reached 1 row .*\(id=1\) \(context hostile: SET ROLE tenant_a\)$/,
      ),
      expect.stringMatching(
        /^fail-open: tenant_b .* INSERT on s\.notes reached 1 row .*\(context hostile: SET ROLE tenant_a\)$/,
      ),
      expect.stringMatching(
        /^fail-open: tenant_b .* UPDATE on s\.notes reached 1 row .*\(context hostile: SET ROLE tenant_a\)$/,
      ),
    ]);
  });

  it('is told by the membership alone where the contract does not declare that, unless it is accepted', async () => {
    const member = `${schema(own)} grant tenant_a to tenant_b with inherit false, set true`;
    const answer = await live(member, `${identities()}\n${sessions}\n${notes}`);
    expect(told(answer)).toEqual([]);
    expect(hostile(answer).filter(({ closed }) => !closed)).toHaveLength(3);
    const accepted = 'accepted: [{ code: undeclared-membership, object: tenant_a, reason: known, until: 2099-01-01 }]';
    expect(told(await live('', `${identities()}\n${sessions}\n${notes}\n${accepted}`))).toHaveLength(3);
  });

  it('is found where it came by a membership that nobody judges', async () => {
    const member = `${schema(own)} grant crew to tenant_b; grant tenant_a to crew with inherit false, set true`;
    const platform = identities('', ', member_of: [crew]').replace('crew: { kind: group }', 'crew: { kind: platform }');
    const found = told(await live(member, `${platform}\n${sessions}\n${notes}`));
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^fail-open: tenant_b .* SELECT .*\(context hostile: SET ROLE tenant_a\)$/);
  });

  it('is not a leak in a group’s role, in which session_user still says who it is', async () => {
    const member = `${schema('owner = session_user')} grant crew to tenant_a, tenant_b`;
    const both = identities(', member_of: [crew]', ', member_of: [crew]');
    const answer = await live(member, `${both}\n${sessions}\n${notes}`);
    expect(told(answer)).toEqual([]);
  });

  it('is found where the role of a group shows more', async () => {
    const more = `${schema(`${own} or current_user = 'crew'`)} grant crew to tenant_a, tenant_b`;
    const both = identities(', member_of: [crew]', ', member_of: [crew]');
    const found = told(await live(more, `${both}\n${sessions}\n${notes}`));
    expect(found).toHaveLength(5);
    expect(found[0]).toMatch(/^fail-open: tenant_a .* SELECT .*\(context hostile: SET ROLE crew\)$/);
  });

  it('is found where a setting makes it somebody else', async () => {
    const switched = schema(`${own} or current_setting('app.support', true) = 'on'`);
    const found = told(await live(switched, `${identities()}\n${sessions}\n${notes}`));
    expect(found).toHaveLength(5);
    expect(found[0]).toMatch(/^fail-open: tenant_a .* SELECT .*\(context hostile: app\.support = on\)$/);
  });
});

describe('a role for each tenant, which one login assumes', () => {
  const assumed = `sessions: { person: { login: app, role: "{who}" } }
tenancy: { session: person, own: { who: tenant_a }, other: { who: tenant_b }, unknown: { who: tenant_x } }`;
  const members = (more = '') =>
    `identities: { app: { kind: login, member_of: [{ role: tenant_a, inherit: false }, { role: tenant_b, inherit: false }, { role: tenant_c, inherit: false }${more}] }, tenant_a: { kind: group }, tenant_b: { kind: group }, tenant_c: { kind: group }, crew: { kind: group } }`;
  const all = `${schema(own)} insert into s.notes values (3, 'tenant_c'); grant select on s.notes to tenant_c;
    grant tenant_a, tenant_b, tenant_c to app with inherit false, set true;`;
  const given = notes.replace('grants: {', 'grants: { tenant_c: [SELECT],');

  it('may take the role of every tenant: that is how it becomes them', async () => {
    const answer = await live(all, `${members()}\n${assumed}\n${given}`);
    expect(told(answer)).toEqual([]);
    expect(hostile(answer)).toEqual([]);
  });

  it('is found where it may take a role that is not a tenant’s', async () => {
    const crew = `${all} create policy every on s.notes to crew using (true); grant crew to app with inherit false, set true`;
    const found = told(
      await live(
        crew,
        `${members(', { role: crew, inherit: false }').replace('crew: { kind: group }', 'crew: { kind: group, attributes: [INHERIT] }')}\n${assumed.replace('role: "{who}"', 'role: "tenant_{who}"').replaceAll('who: tenant_', 'who: ')}\n${given.replace('{ column: owner }', `"owner = 'tenant_' || :who"`)}`,
      ),
    );
    expect(found[0]).toMatch(/^fail-open: tenant_a .* SELECT .*\(context hostile: SET ROLE crew\)$/);
  });
});
