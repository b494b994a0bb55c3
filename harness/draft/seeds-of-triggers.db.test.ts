import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { trySeeds } from '../testing/try-seeds.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const seedsOf = (migrations: string) => trySeeds(server, migrations);

/** Accounts that have no column that says whose they are; what a trigger makes of them hangs on their key. */
const accounts = `create table accounts (id uuid primary key, email text, meta jsonb);`;
const onAccount = (body: string) =>
  `create function on_account() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
   create trigger on_account after insert on accounts for each row execute function on_account();`;

describe('a seed where a trigger makes rows', () => {
  it('is the row that the trigger made, with the key that it has', async () => {
    const { unfilled, statements, count } = await seedsOf(
      `${accounts}
       create table profiles (id uuid primary key default gen_random_uuid(), account uuid not null unique references accounts);
       create table posts (id int primary key, org int not null, profile uuid not null references profiles);
       ${onAccount(`insert into profiles (id, account) values (md5(new.id::text)::uuid, new.id);`)}`,
    );
    expect(unfilled).toEqual([]);
    expect(statements.filter((one) => one.includes('profiles ('))).toEqual([]);
    expect(await Promise.all(['accounts', 'profiles', 'posts'].map(count))).toEqual([2, 2, 2]);
  });

  it('has what the trigger needs, as the keys of a document that its function reads', async () => {
    const { unfilled, count } = await seedsOf(
      `${accounts}
       create type plan as enum ('free', 'paid');
       create table profiles (
         id uuid primary key references accounts, email text not null, name text not null unique check (length(name) > 2),
         plan plan not null, born date not null, inviter uuid not null);
       ${onAccount(`insert into profiles select new.id, new.email, new.meta ->> 'full_name',
         coalesce(new.meta ->> 'plan', 'free')::plan, (new.meta ->> 'born')::date, (new.meta->>'inviter')::uuid;`)}`,
    );
    expect(unfilled).toEqual([]);
    expect(await Promise.all(['accounts', 'profiles'].map(count))).toEqual([2, 2]);
  });

  it('is made as the tenant where the trigger asks who that is', async () => {
    const { unfilled, statements, count } = await seedsOf(
      `create table teams (id uuid primary key, name text not null);
       create table members (team uuid references teams, org int, primary key (team, org));
       create function on_team() returns trigger language plpgsql as $$ begin
         insert into members values (new.id, nullif(current_setting('app.org', true), '')::int); return new; end $$;
       create trigger on_team after insert on teams for each row execute function on_team();`,
    );
    expect(unfilled).toEqual([]);
    expect(statements.join('\n')).toContain(`select set_config('app.org', '902', true)`);
    expect(await Promise.all(['teams', 'members'].map(count))).toEqual([2, 2]);
  });

  it('is made as the tenant where a trigger would put another value in the place of the tenant’s', async () => {
    const { unfilled, count } = await seedsOf(
      `create table notes (id int primary key, org int);
       create function own() returns trigger language plpgsql as $$ begin
         new.org := nullif(current_setting('app.org', true), '')::int; return new; end $$;
       create trigger own before insert on notes for each row execute function own();`,
    );
    expect(unfilled).toEqual([]);
    expect(await Promise.all(['notes where org = 901', 'notes where org = 902'].map(count))).toEqual([1, 1]);
  });

  it('is none, with the server’s words, where the trigger takes no row', async () => {
    const { unfilled } = await seedsOf(
      `create table notes (id int primary key, org int);
       create function closed() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
       create trigger closed before insert on notes for each row execute function closed();
       create table gone (id int primary key, org int);
       create function skip() returns trigger language plpgsql as $$ begin return null; end $$;
       create trigger skip before insert on gone for each row execute function skip();`,
    );
    expect(unfilled).toEqual([
      { table: 'public.gone', reason: 'no row came of an INSERT: a trigger or a rule took it' },
      { table: 'public.notes', reason: 'closed' },
    ]);
  });
});

describe('a seed of tables that refer to each other', () => {
  it('waits with a reference that can be checked later, to a row that has what it says', async () => {
    const { unfilled, statements, count } = await seedsOf(
      `create table clubs (id uuid primary key, org int not null, owner uuid not null);
       create table people (id uuid primary key, club uuid not null references clubs deferrable);
       alter table clubs add constraint owned foreign key (owner) references people deferrable initially deferred;
       create table posts (id int primary key, person uuid not null references people, first int, foreign key (first) references posts);`,
    );
    expect(unfilled).toEqual([]);
    expect(statements.some((one) => one === 'set constraints public.people_club_fkey deferred')).toBe(true);
    expect(await Promise.all(['clubs', 'people', 'posts'].map(count))).toEqual([2, 2, 2]);
  });

  it('has a second parent of the same tenant where two keys may not name one', async () => {
    const { unfilled, count } = await seedsOf(
      `create table clubs (org int primary key, owner int not null);
       create table members (org int references clubs, id int, nick text not null, primary key (org, id));
       alter table clubs add foreign key (org, owner) references members deferrable initially deferred;
       create table blocks (org int not null, blocker int not null, blocked int not null, check (blocker <> blocked),
         foreign key (org, blocker) references members, foreign key (org, blocked) references members);`,
    );
    expect(unfilled).toEqual([]);
    expect(await Promise.all(['blocks', 'members where org = 901', 'members where org = 902'].map(count))).toEqual([
      2, 2, 2,
    ]);
  });

  it('is its own parent where it must have one', async () => {
    const { unfilled, count } = await seedsOf(
      `create table folders (org int, id int, parent int not null, primary key (org, id), foreign key (org, parent) references folders);`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('folders')).toBe(2);
  });

  it('is none where what it waits for is never there', async () => {
    const { unfilled, statements } = await seedsOf(
      `create table clubs (id uuid primary key, org int not null, owner uuid not null);
       create table people (id uuid primary key, club uuid not null references clubs deferrable);
       alter table clubs add constraint owned foreign key (owner) references people deferrable initially deferred;
       alter table clubs add constraint closed check (id is null);`,
    );
    expect(unfilled.map(({ table }) => table)).toEqual(['public.people', 'public.clubs']);
    expect(statements).toEqual([]);
  });
});
