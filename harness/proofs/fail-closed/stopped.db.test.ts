import { describe, expect, it } from 'vitest';

import { told } from '../../testing/live-findings.ts';
import { anyLiveOver, identities, liveOver, own, tenancy, user, withLogins } from '../../testing/owned-notes.ts';

const server = withLogins();

const exists = `nullif(current_setting('app.tenant', true), '') in (select tenant from s.tenants)`;
const contract = `${identities}\n${user}\n${tenancy}
tables: { s.notes: { row_security: enabled, grants: { app: [SELECT, INSERT, UPDATE, DELETE] } } }`;

interface Policies {
  select?: string;
  insert?: string;
  update?: string;
  delete?: string;
}

/**
 * The findings about `s.notes` with these columns, and with what else `sql` creates. Without `policies`, only the own tenant
 * passes.
 */
async function found(columns: string, rows: string, sql: string, policies?: Policies): Promise<string[]> {
  const { select = own, insert = own, update = own, delete: remove = own } = policies ?? {};
  const over = policies === undefined ? liveOver : anyLiveOver;
  return told(
    await over(
      server(),
      `create table s.tenants (tenant text primary key); insert into s.tenants values ('a'), ('b');
       grant select on s.tenants to app;
       create table s.notes (${columns});
       alter table s.notes enable row level security;
       create policy r on s.notes for select using (${select});
       create policy i on s.notes for insert with check (${insert});
       create policy u on s.notes for update using (${update}) with check (${update});
       create policy d on s.notes for delete using (${remove});
       grant select, insert, update, delete on s.notes to app;
       insert into s.notes values ${rows};
       ${sql}`,
      contract,
    ),
  );
}

const columns = `id int primary key, tenant text, body text default 'x', locked boolean default false, at date default current_date`;
const rows = `(1, 'a', 'x', true), (2, 'a', 'y', false), (3, 'b', 'z', true), (4, 'b', 'w', false)`;
const trigger = (when: string, condition: string, each = 'row') => `
  create function s.refuse() returns trigger language plpgsql as $$
  begin if ${condition} then raise exception 'refused'; end if; return coalesce(new, old); end $$;
  create trigger refuse before ${when} on s.notes for each ${each} execute function s.refuse();`;
const openTo = (access: string) =>
  expect.stringMatching(new RegExp(`^fail-open: .*: ${access}[ a-z-]* on s\\.notes `)) as string;

describe('a trigger that lets the last of many rows through', () => {
  const many = (count: number) =>
    ['a', 'b']
      .flatMap((tenant, t) => Array.from({ length: count }, (_, i) => `(${t * 1000 + i}, '${tenant}')`))
      .join(', ');

  it.each([15, 120])('of %d hides no policy for UPDATE that is open', async (count) => {
    const sql = trigger('update', `old.id % 1000 < ${count - 2}`);
    // The policy for SELECT must let a row of the WHERE through, before and after the change.
    const seen = await found(columns, many(count), sql, { select: 'true', update: 'true' });
    expect(seen).toContainEqual(openTo('UPDATE'));
  });

  it('of 120 leaves nothing open or unproven where policies are right', async () => {
    expect(await found(columns, many(120), trigger('update', 'old.id % 1000 < 118'))).toEqual([]);
  });
});

describe('a trigger that stops some rows or values', () => {
  it.each<[what: string, sql: string]>([
    ['rows that are locked', trigger('update or delete', 'old.locked')],
    ['a change of one column', trigger('update', 'new.at is distinct from old.at + 1')],
    ['every change, row by row', trigger('update or delete', 'true')],
    ['every change, by the statement', trigger('update or delete', 'true', 'statement')],
    ['a value that is there', trigger('insert', 'exists (select from s.notes where body = new.body)')],
    ['another tenant', trigger('update', 'new.tenant <> old.tenant')],
  ])('leaves nothing open or unproven where policies are right: %s', async (_, sql) => {
    expect(await found(columns, rows, sql)).toEqual([]);
  });

  it.each<[what: string, sql: string, access: string, policies: Policies]>([
    ['DELETE behind locked rows', trigger('delete', 'old.locked'), 'DELETE', { delete: 'tenant is not null' }],
    ['UPDATE behind locked rows', trigger('update', 'old.locked'), 'UPDATE', { update: 'tenant is not null' }],
    [
      'INSERT behind a value that is there',
      trigger('insert', 'exists (select from s.notes where body = new.body)'),
      'INSERT',
      { insert: 'true' },
    ],
  ])('does not hide that a policy is open: %s', async (_, sql, access, policies) => {
    const open = { select: 'tenant is not null', ...policies };
    expect(await found(columns, rows, sql, open)).toContainEqual(openTo(access));
  });
});

describe('a key that stops a statement', () => {
  const children = `create table s.children (id int references s.notes); insert into s.children values (1), (3);`;

  it('leaves nothing open or unproven where policies are right', async () => {
    expect(await found(columns, rows, children)).toEqual([]);
    await server().query('drop schema s cascade; create schema s; grant usage on schema s to public');
    const joined = `tenant text, id int, primary key (tenant, id)`;
    expect(await found(joined, `('a', 1), ('b', 2)`, '')).toEqual([]);
    await server().query('drop schema s cascade; create schema s; grant usage on schema s to public');
    expect(await found(`tenant text unique, id int`, `('a', 1), ('b', 2)`, '')).toEqual([]);
  });

  it('does not hide that a policy lets every tenant delete', async () => {
    const open = { select: exists, delete: exists };
    expect(await found(columns, rows, children, open)).toContainEqual(openTo('DELETE'));
  });
});

it('a trigger that gives a new row the tenant of the session leaves nothing open', async () => {
  const given = `
    create function s.give() returns trigger language plpgsql as $$
    begin
      new.tenant := (select tenant from s.tenants where tenant = nullif(current_setting('app.tenant', true), ''));
      return new;
    end $$;
    create trigger give before insert on s.notes for each row execute function s.give();`;
  expect(await found(columns, rows, given)).toEqual([]);
  await server().query('drop schema s cascade; create schema s; grant usage on schema s to public');
  expect(await found(columns, rows, '', { insert: exists })).toContainEqual(openTo('INSERT'));
});

it('rows are told by whose they are, not by how many: two tenants that change places', async () => {
  const swapped = `tenant = case nullif(current_setting('app.tenant', true), '') when 'a' then 'b' when 'b' then 'a' end`;
  const all = await found(columns, rows, '', { select: exists, update: swapped, delete: swapped });
  expect(all).toContainEqual(openTo('UPDATE'));
  expect(all).toContainEqual(openTo('DELETE'));
});
