import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { briefly } from '../testing/fixture-project.ts';
import { startNotes, type Notes } from '../testing/notes.ts';

// Before 16 a membership has no options, and CREATEROLE is enough to grant any role but a superuser.
let notes: Notes;
beforeAll(async () => {
  notes = await startNotes(15);
});
afterAll(() => notes.stop());

const admins = [
  ['may take the role of the owner', 'alter role admin noinherit; grant owner to admin'],
  ['may give itself the owner', 'alter role admin createrole'],
  ['has CONNECT only', 'select 1'],
] as const;

describe.each(admins)('on PostgreSQL 15 an admin that %s', (_, admin) => {
  it('proves that a table is closed', async () => {
    const { code, verdict, isUntouched } = await notes.check({ admin });
    expect([code, verdict.reasons, verdict.proof.reached, isUntouched]).toEqual([0, [], 'login', true]);
  });

  it('shows that it is open', async () => {
    const change = 'create policy leak on public.notes using (tenant = 2)';
    const { findings, isUntouched } = await notes.check({ admin, change });
    expect(briefly(findings)).toContain('fail-open public.notes writer DELETE/SELECT/UPDATE');
    expect(isUntouched).toBe(true);
  });
});
