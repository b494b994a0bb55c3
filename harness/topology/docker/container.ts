import type { Target } from '../../postgres/target.ts';
import { serverSettings, settingFlags } from '../server-settings.ts';

/** What every container of ours has in common, whoever starts it. */
export const container = {
  port: 5432,
  superuser: 'postgres',
  database: 'postgres',
  initdbArgs: '--encoding=UTF8 --locale=C --no-sync --wal-segsize=1',
  /** In memory, and beside the volume that the image declares, which stays empty. */
  tmpfs: '/var/lib/rolecall',
  data: '/var/lib/rolecall/data',
  command: ['postgres', ...settingFlags(serverSettings)],
} as const;

/** From start to the first login: initdb on a slow machine is part of it. */
export const defaultReadyWithinMs = 60_000;

/** The image of a major version, unless another one was asked for. */
export function imageFor(major: number, image: string | undefined): string {
  return image ?? `postgres:${major}`;
}

/** A superuser's way into a container, which has no TLS whatever PGSSLMODE says. */
export function superuserOf(host: string, port: number, password: string): Target {
  return { host, port, user: container.superuser, password, database: container.database, ssl: false };
}
