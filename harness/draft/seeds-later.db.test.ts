import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { trySeeds } from '../testing/try-seeds.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

let times = 0;

/** Tables with a condition that the clock is part of: through a default, or by itself. */
const tables: readonly [what: string, table: string][] = [
  ['a CHECK with a default', 'issued date not null default current_date, due date not null, check (due >= issued)'],
  [
    'a CHECK with a default that is computed',
    `starts timestamptz default (now() + interval '1 day'), ends timestamptz not null, check (ends > starts)`,
  ],
  ['two defaults', 'made timestamptz not null default now(), seen timestamptz not null default now(), check (seen >= made), check (seen < make_date(2040, 1, 1))'], // prettier-ignore
  [
    'a generated column',
    'starts timestamptz not null default now(), ends timestamptz not null, during tstzrange generated always as (tstzrange(starts, ends)) stored',
  ],
  [
    'an exclusion',
    'starts timestamptz not null default now(), ends timestamptz not null, exclude using gist (tstzrange(starts, ends) with &&)',
  ],
  [
    'a number that the time gives',
    'year int not null default extract(year from now()), last int not null, check (last >= year)',
  ],
  ['a day that is past', 'born date not null, check (born <= current_date)'],
  ['a time that is to come', 'expires timestamptz not null, check (expires > now())'],
  [
    'two that are to come',
    'starts date not null, ends date not null, check (starts > current_date), check (ends > starts)',
  ],
];

describe('a seed of a table with', () => {
  it.each(tables)('%s still fits in 2050', async (_, columns) => {
    const migrations = `create table t (id int primary key, org int not null, ${columns});`;
    const { unfilled, statements } = await trySeeds(server, migrations);
    expect(unfilled).toEqual([]);
    times += 1;
    const later = `later_${times}`;
    await server.createDatabase(later);
    await server.query(
      migrations
        .replaceAll('current_date', `(date '2050-01-01')`)
        .replaceAll('now()', `(timestamptz '2050-01-01 12:00')`),
      later,
    );
    await server.query(statements.join(';\n'), later);
    expect(await server.query('select count(*)::int from t', later)).toEqual([{ count: 2 }]);
  });

  it('a default of the time leaves it to that where no condition asks for more', async () => {
    const { statements } = await trySeeds(
      server,
      'create table t (id int primary key, org int not null, made timestamptz not null default now(), size int default 1 check (size > 0))',
    );
    expect(statements[0]).toMatch(/insert into public\.t \(id, org\) values/);
  });
});
