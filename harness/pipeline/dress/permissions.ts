import { readFile } from 'node:fs/promises';

import { joined, sql } from '../../common/sql.ts';
import type { ServerProfile } from '../../contract/servers/server-profile.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import { withSession } from '../../postgres/session.ts';
import type { Target } from '../../postgres/target.ts';

const extensions = new URL('extensions.sql', import.meta.url);

/**
 * Runs `work` where the provider lets its admin do what PostgreSQL lets only a superuser do. Nothing of that stays in the
 * database.
 */
export async function withPermissions<T>(
  superuser: Target,
  { allowed_extensions: allowed, allows }: Pick<ServerProfile, 'allowed_extensions' | 'allows'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  if (allowed.length === 0 && allows.length === 0) {
    return work();
  }
  const text = await readFile(extensions, 'utf8');
  await withSession(superuser, { signal }, async (session) => {
    await session.script(text);
    if (allowed.length > 0) {
      const rows = joined(allowed.map((name) => sql`(${quoteLiteral(name)})`));
      await session.script(sql`insert into rolecall_dress.allowed values ${rows}`);
    }
  });
  const result = await work();
  await withSession(superuser, { signal }, (session) => session.script(sql`drop schema rolecall_dress cascade`));
  return result;
}
