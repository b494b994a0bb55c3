import { expect, it } from 'vitest';

import { catalogColumns, heldAgainstList } from '../testing/read-columns.ts';
import { startTestServer } from '../testing/server.ts';
import { leftOut } from './left-out.ts';

it('every column of the catalogs of every version is read by a fact, or left out on purpose', async () => {
  const known = new Set<string>();
  for (const major of [14, 15, 16, 17, 18]) {
    const server = await startTestServer(major);
    try {
      const held = heldAgainstList(await catalogColumns(server));
      expect(held, `PostgreSQL ${String(major)}`).toMatchObject({ forgotten: [], both: [] });
      held.known.forEach((column) => known.add(column));
    } finally {
      await server.stop();
    }
  }
  expect(leftOut.flatMap(({ columns }) => columns).filter((column) => !known.has(column))).toEqual([]);
});
