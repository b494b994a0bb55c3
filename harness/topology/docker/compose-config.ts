import { stringify } from 'yaml';

import { RolecallError } from '../../common/errors.ts';

/** The one service of the compose file that a run needs. */
export const service = 'postgres';

interface Config {
  services?: Record<string, { image?: string; build?: unknown; environment?: Record<string, string | null> }>;
}

/** The image of the service, as `docker compose config --format json` resolved it; undefined where it is built. Refuses a file without the service. */
export function imageOfService(config: string, file: string): string | undefined {
  const found = parsed(config).services?.[service];
  if (found === undefined) {
    throw new RolecallError('topology-unavailable', {
      message: `${file} has no service ${service}`,
      next: `Name the database's service ${service}.`,
    });
  }
  return found.build === undefined ? found.image : undefined;
}

/** The major version that a tag of the image postgres begins with; undefined where the reference does not tell. */
export function majorOfImage(image: string): number | undefined {
  const [, major] = /(?:^|\/)postgres:(\d+)\b/.exec(image) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** Variables of the image whose values tell nothing. */
const plain = new Set([
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_INITDB_ARGS',
  'PGDATA',
  'PGHOST',
  'PGUSER',
  'PGDATABASE',
  'LC_ALL',
  'LANG',
  'TZ',
]);

/**
 * What was started, as YAML: the service and no other, paths relative to `folder`, and without the values of variables that
 * may be secret, since they come from the environment of whoever runs this.
 */
export function composeText(config: string, folder: string): string {
  const { services, ...rest } = parsed(config);
  const started = services?.[service] ?? {};
  const environment = Object.fromEntries(
    Object.entries(started.environment ?? {}).map(([name, value]) => [
      name,
      plain.has(name) || value === null ? value : '***',
    ]),
  );
  return stringify({ ...rest, services: { [service]: { ...started, environment } } }).replaceAll(folder, '.');
}

function parsed(config: string): Config {
  return JSON.parse(config) as Config;
}
