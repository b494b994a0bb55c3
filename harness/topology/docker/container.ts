import type { Target } from '../../postgres/target.ts';
import { serverSettings, settingFlags } from '../server-settings.ts';

/** Options that every container of ours has, whoever starts it. */
export const container = {
  port: 5432,
  superuser: 'postgres',
  database: 'postgres',
  initdbArgs: '--encoding=UTF8 --locale=C --no-sync --wal-segsize=1',
  /** In memory, in another folder than the volume that the image declares, which stays empty. */
  tmpfs: '/var/lib/rolecall',
  data: '/var/lib/rolecall/data',
  command: ['postgres', ...settingFlags(serverSettings)],
} as const;

/** The time from the start to the first login. It includes initdb on a slow machine. */
export const defaultReadyWithinMs = 60_000;

/** The image of a major version, unless another one was asked for. */
export function imageFor(major: number, image: string | undefined): string {
  return image ?? `postgres:${major}`;
}

/** A superuser's connection to a container. It has no TLS, whatever PGSSLMODE says. */
export function superuserOf(host: string, port: number, password: string): Target {
  return { host, port, user: container.superuser, password, database: container.database, ssl: false };
}
