import { describe, expect, it } from 'vitest';

import { sqlParser } from '../postgres/parsed-sql.ts';
import type { DraftTable } from './objects.ts';
import { PolicyReader } from './sources.ts';
import { seedColumn } from './seed-column.fixture.ts';
import type { TableColumns } from './tables.ts';
import type { Way } from './sessions.ts';
import { draftTenancy } from './tenancy.ts';

const table = (
  name: string,
  columns: Record<string, string>,
  foreignKeys: TableColumns['foreignKeys'] = [],
): [string, TableColumns] => [
  name,
  {
    table: name,
    columns: Object.entries(columns).map(([one, type]) => seedColumn(one, type)),
    uniqueColumns: [],
    foreignKeys,
    checks: [],
    partitionCondition: null,
    onInsert: [],
  },
];

const secured = (...using: string[]): DraftTable => ({
  row_security: 'enabled',
  policies: Object.fromEntries(using.map((one, at) => [`p${at}`, { using: one }])),
});

const functions = [
  { name: 'uid', body: "select (current_setting('request.jwt.claims', true)::json ->> 'sub')::uuid" },
  { name: 'tenant', body: "begin return nullif(current_setting('app.tenant', true), '')::int; end" },
];

async function drafted(
  tables: Record<string, DraftTable>,
  columns: readonly (readonly [string, TableColumns])[],
  ways: readonly Way[] = [{ login: 'app' }],
) {
  return draftTenancy(tables, new Map(columns), new PolicyReader(await sqlParser(), functions), { ways });
}

describe('the tenancy of a draft', () => {
  it('is the short form where one setting equals one column', async () => {
    const { tenancy, rows, sessions } = await drafted(
      { 'public.a': secured("(org = (NULLIF(current_setting('app.org'::text, true), ''::text))::uuid)") },
      [table('public.a', { id: 'integer', org: 'uuid' })],
    );
    expect(tenancy).toEqual({
      setting: 'app.org',
      column: 'org',
      own: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa0',
      other: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbb0',
      unknown: 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeee0',
      invalid: 'not-a-value',
    });
    expect(rows.get('public.a')).toEqual({});
    expect(sessions).toEqual({});
  });

  it('says the column of a table that has another one, and reads bodies of PL/pgSQL', async () => {
    const { tenancy, rows } = await drafted(
      {
        'public.a': secured('(tenant_id = app.tenant())'),
        'public.b': secured('(tenant_id = app.tenant())'),
        'public.tenants': secured('(id = app.tenant())'),
      },
      ['public.a', 'public.b']
        .map((name) => table(name, { tenant_id: 'integer' }))
        .concat([table('public.tenants', { id: 'integer' })]),
    );
    expect(tenancy).toMatchObject({ setting: 'app.tenant', column: 'tenant_id', own: '901' });
    expect(rows.get('public.tenants')).toEqual({ rows: { column: 'id' } });
  });

  it('is a session with claims where the value is a key of JSON, with the role that it assumes', async () => {
    const { tenancy, sessions, rows } = await drafted(
      { 'public.posts': secured('(( SELECT auth.uid() AS uid) = author)') },
      [table('public.posts', { author: 'uuid' })],
      [{ login: 'authenticator', role: 'web_user' }],
    );
    expect(sessions).toEqual({
      user: {
        login: 'authenticator',
        role: 'web_user',
        set: { 'request.jwt.claims': '{"sub":"{sub}","role":"web_user"}' },
      },
    });
    expect(tenancy).toMatchObject({ session: ['user'], own: { sub: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa0' } });
    expect(rows.get('public.posts')).toEqual({ rows: { column: 'author', is: 'sub' } });
  });

  it('follows a foreign key to the parent that a policy asks', async () => {
    const { rows, unsure } = await drafted(
      {
        'public.orders': secured('(tenant_id = app.tenant())'),
        'public.lines': secured('(EXISTS ( SELECT FROM public.orders o WHERE (o.id = lines.order_id)))'),
      },
      [
        table('public.orders', { id: 'integer', tenant_id: 'integer' }),
        table('public.lines', { order_id: 'integer' }, [
          { columns: ['order_id'], parent: 'public.orders', parent_columns: ['id'] },
        ]),
      ],
    );
    expect(rows.get('public.lines')).toEqual({ rows: { via: 'order_id' } });
    expect(unsure).toEqual([]);
  });

  it('follows a definer function that asks who is a member, and takes the foreign key that the policy names', async () => {
    const key = (column: string, parent: string) => ({ columns: [column], parent, parent_columns: ['id'] });
    const definers = [
      {
        name: 'public.is_member_of(uuid)',
        body: 'select exists (select 1 from memberships m where m.org = is_member_of.org and m.person = auth.uid());',
      },
    ];
    const { rows, unsure } = draftTenancy(
      {
        'public.profiles': secured('(id = auth.uid())'),
        'public.orgs': secured('(public.is_member_of(id) OR (created_by = auth.uid()))'),
        'public.projects': secured('public.is_member_of(org)'),
        'public.tasks': secured('(project IN ( SELECT p.id FROM public.projects p WHERE public.is_member_of(p.org)))'),
      },
      new Map([
        table('public.profiles', { id: 'uuid' }),
        table('public.orgs', { id: 'uuid', created_by: 'uuid' }),
        table('public.projects', { id: 'integer', org: 'uuid' }, [key('org', 'public.orgs')]),
        table('public.tasks', { id: 'integer', assignee: 'uuid', project: 'integer' }, [
          key('assignee', 'public.profiles'),
          key('project', 'public.projects'),
        ]),
      ]),
      new PolicyReader(await sqlParser(), functions, definers),
      { ways: [], person: 'user' },
    );
    expect(rows.get('public.projects')).toEqual({ rows: { via: 'org' } });
    expect(rows.get('public.tasks')).toEqual({ rows: { via: 'project' } });
    expect(unsure).toEqual([]);
  });

  it('has rows that everybody may read, and shared tables', async () => {
    const { rows } = await drafted(
      {
        'public.posts': secured('(tenant_id = app.tenant())', 'published'),
        'public.plans': secured('true'),
      },
      [table('public.posts', { tenant_id: 'integer', published: 'boolean' }), table('public.plans', { id: 'integer' })],
    );
    expect(rows.get('public.posts')).toEqual({ open: 'published' });
    expect(rows.get('public.plans')).toEqual({ rows: 'all' });
  });

  it('takes everything, beside a policy on tenants, for no purpose', async () => {
    const { rows } = await drafted({ 'public.posts': secured('(tenant_id = app.tenant())', 'true') }, [
      table('public.posts', { tenant_id: 'integer' }),
    ]);
    expect(rows.get('public.posts')).toEqual({});
  });

  it('says what it did not understand', async () => {
    const { unsure, tenancy } = await drafted(
      {
        'public.a': secured('(tenant_id = app.tenant())'),
        'public.odd': secured('(hidden_rule(id) > 3)'),
      },
      [table('public.a', { tenant_id: 'text' }), table('public.odd', { id: 'integer' })],
    );
    expect(unsure).toEqual(['Whose the rows of public.odd are was not understood: write `rows` for them.']);
    expect(tenancy).not.toHaveProperty('invalid');
  });

  it('takes no column of another table for its own', async () => {
    const { tenancy } = await drafted(
      { 'public.a': secured('(EXISTS ( SELECT FROM public.m WHERE (m.tenant_id = app.tenant())))') },
      [table('public.a', { id: 'integer', tenant_id: 'integer' })],
    );
    expect(tenancy).toBeUndefined();
  });
});
