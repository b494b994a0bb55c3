import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { trySeeds } from '../testing/try-seeds.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const seedsOf = (migrations: string) => trySeeds(server, migrations);

/** Conditions on several columns, each with its columns. */
const conditions: readonly [columns: string, condition: string][] = [
  ['starts_at timestamptz not null, ends_at timestamptz not null', 'ends_at > starts_at'],
  ['opened date, closed date', 'closed is null or opened is not null'],
  ['from_day date not null, to_day date not null', 'to_day - from_day between 7 and 14'],
  ['min_price numeric(8,2) not null, max_price numeric(8,2) not null', 'min_price < max_price and min_price > 0'],
  ['cost numeric(6,2) not null, price numeric(6,2) not null', 'price >= cost * 1.2'],
  ['email text, phone text', '(email is null) <> (phone is null)'],
  ['post_id int, comment_id int, photo_id int', 'num_nonnulls(post_id, comment_id, photo_id) = 1'],
  ['kind text not null, reason text', `kind in ('open', 'closed') and (kind <> 'closed' or reason is not null)`],
  [
    'state text not null, paid_at timestamptz',
    `state in ('paid', 'void') and (state = 'paid') = (paid_at is not null)`,
  ],
  ['low int not null, high int not null, step int not null', 'low < high and step > 0 and (high - low) % step = 0'],
  ['used int not null, quota int not null', 'used between 0 and quota and quota <= 100'],
  [
    'country text not null, zip text not null',
    `(country = 'DE' and zip ~ '^[0-9]{5}$') or (country = 'NL' and zip ~ '^[0-9]{4}[A-Z]{2}$')`,
  ],
  ['is_default boolean not null, label text', 'is_default or length(label) >= 3'],
  ['starts time not null, ends time not null', `ends - starts >= interval '1 hour'`],
  [
    'first_name text not null, full_name text not null',
    'starts_with(full_name, first_name) and full_name <> first_name',
  ],
  ['percent int, amount int', 'coalesce(percent, 0) + coalesce(amount, 0) > 0 and (percent is null or percent <= 100)'],
  ['unit text, quantity int not null', `unit = 'piece' or (unit is not null and quantity > 1)`],
  ['tags text[] not null, main_tag text not null', 'main_tag = any (tags) and cardinality(tags) <= 3'],
];

/** Columns whose values must all differ, each with the condition that they must meet. */
const unique: readonly [column: string, condition: string][] = [
  ['code text', 'length(code) = 8'],
  ['code char(2)', `upper(code) = code and code <> ''`],
  ['code text', 'upper(code) = code and length(code) > 5'],
  ['code text', `code ~ '^[A-Z]{2}[0-9]{6}$'`],
  ['code text', `code ~ '^[[:upper:]]{2}[[:digit:]]{6}$'`],
  ['code text', `code ~ '^[0-9]+$' and length(code) = 10`],
  ['code text', `code like 'INV-%'`],
  ['code text', `code like 'K____' and code <> lower(code)`],
  ['code text', `starts_with(code, 'DE')`],
  ['code text', `code in ('x', 'y')`],
  ['code int', 'code between 3 and 4'],
  ['code bytea', 'octet_length(code) = 32'],
];

describe('a seed of a table with CHECKs between columns', () => {
  it.each(conditions)('of %s is found: %s', async (columns, condition) => {
    const { unfilled, count } = await seedsOf(
      `create table t (id int primary key, org int not null, ${columns}, check (${condition}))`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
  });

  it('is found where one table has them all', async () => {
    const { unfilled, count } = await seedsOf(
      `create table t (id int primary key, org int not null,
        ${conditions.map(([columns, condition]) => `${columns}, check (${condition})`).join(',\n')})`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
  });

  it('is found where they are a chain, and where a generated column is in them', async () => {
    const names = Array.from({ length: 16 }, (_, at) => `day_${at}`);
    const { unfilled, count } = await seedsOf(
      `create table t (id int primary key, org int not null, net int not null, tax int not null, gross int generated always as (net + tax) stored,
        check (gross between 50 and 100 and tax < net),
        ${names.map((name) => `${name} date not null`).join(', ')},
        ${names
          .slice(1)
          .map((name, at) => `check (${name} >= day_${at})`)
          .join(', ')})`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
  });

  it('is another for the second tenant where a key asks for it', async () => {
    const { unfilled, count } = await seedsOf(
      `create table t (org int not null, kind text primary key, size int not null, check (kind in ('a', 'b') and size = length(kind)))`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
  });

  it.each(unique)('is another for the second tenant where %s is unique: %s', async (column, condition) => {
    const { unfilled, count } = await seedsOf(
      `create table t (id int primary key, org int not null, ${column} not null unique, check (${condition}))`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
  });

  it('is another where an index on an expression asks for it, or a key of the tenant for its second row', async () => {
    const { unfilled, count } = await seedsOf(
      `create table t (id int primary key, org int not null, code text not null, check (length(code) = 4));
       create unique index on t (lower(code), coalesce(code, 'none'));
       create table members (id int primary key, org int not null, code text not null, unique (org, code), check (length(code) = 4));
       create table pairs (org int not null, one int not null references members, two int not null references members, check (one <> two));`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('t')).toBe(2);
    expect(await count('pairs')).toBe(2);
  });

  it('takes another tenant’s parent where both keys may not name one, or none where one of them may be missing', async () => {
    const { unfilled, statements, count } = await seedsOf(
      `create table people (id int primary key, org int not null);
       create table posts (id int primary key, author int not null references people);
       create table friends (one int references people, two int references people, primary key (one, two), check (one <> two));
       create table likes (id int primary key, person int references people, post int references posts, check (num_nonnulls(person, post) = 1));`,
    );
    expect(unfilled).toEqual([]);
    expect(await Promise.all(['people', 'posts', 'friends', 'likes'].map(count))).toEqual([2, 2, 2, 2]);
    expect(statements.filter((one) => one.includes('likes'))[0]).toMatch(
      /values \('\d+', (?:'\d+', null|null, '\d+')\)/,
    );
  });

  it('fills the first column where any may be filled: the last may say that the row is no longer there', async () => {
    const { statements } = await seedsOf(
      `create table guests (id int primary key, org int, email text, phone text, deleted_at date, check (num_nonnulls(email, phone, deleted_at) > 0))`,
    );
    expect(statements[0]).toMatch(
      /\(id, org, email(?:, phone, deleted_at)?\) values \('\d+', '901', '\w+@example.org'(?:, null, null)?\)/,
    );
  });

  it('fits the partitions that are there', async () => {
    const { unfilled, count } = await seedsOf(
      `create table events (id int, org int not null, at date not null, primary key (id, at)) partition by range (at);
       create table events_2031 partition of events for values from ('2031-01-01') to ('2032-01-01');
       create table events_2032 partition of events for values from ('2032-01-01') to ('2033-01-01');`,
    );
    expect(unfilled).toEqual([]);
    expect(await count('events_2032')).toBeGreaterThan(0);
  });

  it('is given up with the server’s words where there is none, and soon', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `c${at}`);
    const { unfilled } = await seedsOf(
      `create table t (id int primary key, org int not null, ${names.map((name) => `${name} int not null`).join(', ')},
        constraint odd check (${names.join(' + ')} = -1 and c0 > c1 and c1 > c0))`,
    );
    expect(unfilled).toEqual([
      { table: 'public.t', reason: 'new row for relation "t" violates check constraint "odd"' },
    ]);
  }, 10_000);
});
