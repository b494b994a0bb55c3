import { expect, it } from 'vitest';

import { catalogColumns, heldAgainstList } from '../testing/read-columns.ts';
import { startTestServer } from '../testing/server.ts';

it('every column of the catalogs is read by a fact, or left out on purpose', async () => {
  const server = await startTestServer();
  try {
    const columns = await catalogColumns(server);
    expect(columns.read.size).toBeGreaterThan(100);
    expect(columns.read).toContain('pg_authid.rolbypassrls');
    expect(columns.read).not.toContain('pg_authid.rolpassword');
    expect(heldAgainstList(columns)).toMatchObject({ forgotten: [], both: [] });
  } finally {
    await server.stop();
  }
});
