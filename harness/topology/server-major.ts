import { RolecallError } from '../common/errors.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import type { TopologyOptions } from './topology.ts';

/**
 * Refuses a server whose major version is not the requested one: an image may hold any. Without a requested version, any is
 * accepted.
 */
export async function requireMajor(
  image: string,
  superuser: Target,
  { major, exactMajor, signal }: TopologyOptions,
): Promise<void> {
  if (exactMajor !== true) {
    return;
  }
  const [row] = await withSession(superuser, { signal }, (session) =>
    session.query<{ version: number }>(
      `select pg_catalog.current_setting('server_version_num')::int / 10000 as version`,
    ),
  );
  if (row!.version !== major) {
    throw new RolecallError('topology-unavailable', {
      message: `${image} is PostgreSQL ${row!.version}, not ${major}`,
      next: `Pass --pg ${row!.version}, or name an image of ${major} (--image, ROLECALL_POSTGRES_IMAGE, the compose file).`,
    });
  }
}
