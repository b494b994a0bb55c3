import { afterAll, beforeAll, expect, it } from 'vitest';

import { startTestServer, type TestServer } from '../testing/server.ts';
import { rowNamesOf } from './row-names.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.query(
    `create view seen as select 1 as t, 1 as seen, other from (values ('a'), ('b')) as v (other) union all select 1, 1, 'a'`,
  );
});
afterAll(() => server.stop());

it.each([
  ['t', 'seen as t'],
  ['seen', 'seen'],
])('rows of a view are told apart by all they hold, also where it has a column %s', async (row, from) => {
  const { place } = rowNamesOf([], true);
  expect(await server.query(`select count(distinct ${place.of(row)})::int as places from ${from}`)).toEqual([
    { places: 2 },
  ]);
});
