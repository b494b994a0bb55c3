import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect, type Session } from '../postgres/session.ts';
import { serverError } from '../postgres/sql-error.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { refusalOf } from './classify.ts';

const schema = `
  create role app login password 'app';
  create table parents (id int primary key);
  insert into parents values (1);
  create domain positive as int check (value > 0);
  create table rows (
    id int primary key,
    tenant text not null,
    amount int check (amount > 0),
    parent int references parents,
    size positive,
    period int4range,
    exclude using gist (period with &&)
  );
  insert into rows values (1, 'a', 1, 1, 1, '[1,2)');
  alter table rows enable row level security;
  create policy mine on rows using (tenant = 'a') with check (tenant = 'a');
  grant select, insert, update, delete on rows to app;
  create table deferred (id int, tenant text, unique (id) deferrable);
  insert into deferred values (1, 'a');
  alter table deferred enable row level security;
  create policy mine on deferred using (tenant = 'a') with check (tenant = 'a');
  grant select, insert on deferred to app;
  create table parts (id int, tenant text) partition by list (id);
  create table part_1 partition of parts for values in (1);
  alter table parts enable row level security;
  create policy mine on parts using (tenant = 'a');
  grant insert on parts to app;
  create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
  create table before_rows (tenant text);
  create trigger t before insert on before_rows for each row execute function refuse();
  create table after_rows (tenant text);
  create trigger t after insert on after_rows for each row execute function refuse();
  alter table before_rows enable row level security; create policy mine on before_rows with check (tenant = 'a');
  alter table after_rows enable row level security; create policy mine on after_rows with check (tenant = 'a');
  grant insert on before_rows, after_rows to app;
`;

let server: TestServer;
let app: Session;

beforeAll(async () => {
  server = await startTestServer();
  await server.query(schema);
  app = await connect({ ...server.superuser, user: 'app', password: 'app' });
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

async function endOf(sql: string): Promise<string> {
  await app.script('begin');
  try {
    await app.query(sql);
    return 'allowed';
  } catch (error) {
    const { outcome, stage = '', raised_in: raisedIn = '' } = refusalOf(serverError(error)!);
    return [outcome, stage, raisedIn].filter((word) => word !== '').join(' ');
  } finally {
    await app.script('rollback');
  }
}

// Each row breaks two things: what is told is what PostgreSQL asks first.
describe('what stops a statement first', () => {
  it.each<[first: string, sql: string, end: string]>([
    ['the privilege, then a row', `delete from parents`, 'denied-by-grant'],
    ['a value of a domain, then a policy', `insert into rows (id, tenant, size) values (2, 'b', -1)`, 'error:23514'],
    ['a policy, then NOT NULL', `insert into rows values (2, null)`, 'denied-by-rls'],
    ['a policy, then a check', `insert into rows values (2, 'b', -1)`, 'denied-by-rls'],
    ['a policy, then a key', `insert into rows values (1, 'b')`, 'denied-by-rls'],
    ['a policy, then a foreign key', `insert into rows values (2, 'b', 1, 9)`, 'denied-by-rls'],
    ['a policy, then an exclusion', `insert into rows values (2, 'b', 1, 1, 1, '[1,2)')`, 'denied-by-rls'],
    ['a policy, then DO NOTHING', `insert into rows values (1, 'b') on conflict do nothing`, 'denied-by-rls'],
    [
      'a policy, then a deferrable arbiter',
      `insert into deferred values (1, 'b') on conflict do nothing`,
      'denied-by-rls',
    ],
    [
      'a deferrable arbiter, of a row of its own',
      `insert into deferred values (1, 'a') on conflict do nothing`,
      'stopped:55000 key',
    ],
    ['a check, then a key', `insert into rows values (1, 'a', -1)`, 'stopped:23514 constraint'],
    ['a key, then a foreign key', `insert into rows values (1, 'a', 1, 9)`, 'stopped:23505 key'],
    ['an exclusion', `insert into rows values (2, 'a', 1, 1, 1, '[1,2)')`, 'stopped:23P01 key'],
    ['a foreign key', `insert into rows values (2, 'a', 1, 9)`, 'stopped:23503 foreign-key'],
    ['the search for a partition, then a policy', `insert into parts values (2, 'b')`, 'error:23514'],
    ['a BEFORE trigger, then a policy', `insert into before_rows values ('b')`, 'error:P0001 refuse'],
    ['a policy, then an AFTER trigger', `insert into after_rows values ('b')`, 'denied-by-rls'],
    ['an AFTER trigger', `insert into after_rows values ('a')`, 'error:P0001 refuse'],
  ])('%s', async (_, sql, end) => {
    expect(await endOf(sql)).toBe(end);
  });
});
