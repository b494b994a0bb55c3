import { RolecallError } from '../../common/errors.ts';
import { listed } from '../../common/text.ts';
import type { ComposeConfig, ComposeService } from './compose-config.ts';

/** The name that is tried first. */
const usual = 'postgres';

/** Last parts of the names of the official image and of images that are based on it. */
const images = new Set([
  'postgres',
  'postgis',
  'pgvector',
  'timescaledb',
  'timescaledb-ha',
  'citus',
  'age',
  'paradedb',
]);

/** Variables that tell the official image what to make at its first start. */
const made = ['POSTGRES_PASSWORD', 'POSTGRES_PASSWORD_FILE', 'POSTGRES_USER', 'POSTGRES_HOST_AUTH_METHOD'];

/** Variables of a client whose server is elsewhere. */
const elsewhere = ['POSTGRES_HOST', 'PGHOST'];

/**
 * The database's service in a resolved compose file: the one that was named, otherwise `postgres`, otherwise the only one that
 * runs a Postgres. Refuses a file for which this is not clear.
 */
export function databaseService({ services = {} }: ComposeConfig, file: string, named: string | undefined): string {
  const refused = (message: string, next: string) => new RolecallError('topology-unavailable', { message, next });
  const names = Object.keys(services);
  if (named !== undefined) {
    if (!Object.hasOwn(services, named)) {
      throw refused(`${file} has no service ${named}`, `Name one that it has with --service: ${listed(names)}.`);
    }
    return named;
  }
  if (Object.hasOwn(services, usual)) {
    return usual;
  }
  const candidates = candidatesOf(services);
  if (candidates.length === 0) {
    throw refused(
      `${file} has no service ${usual}, and none that runs a Postgres`,
      `Name the database's service with --service; it has ${names.length === 0 ? 'none' : listed(names)}.`,
    );
  }
  const [only, ...others] = candidates;
  if (others.length > 0) {
    throw refused(
      `${file} has several services that run a Postgres: ${listed(candidates)}`,
      `Name the database's with --service, as --service ${only!}.`,
    );
  }
  return only!;
}

/**
 * Candidates by their images, or by their variables if no image tells. Services that `up` starts come before those that need a
 * profile.
 */
function candidatesOf(services: Readonly<Record<string, ComposeService>>): string[] {
  const byImage = Object.entries(services).filter(([, service]) => runsServer(service) && isOfPostgres(service.image));
  const byVariables = Object.entries(services).filter(
    ([, service]) =>
      runsServer(service) && made.some((name) => has(service, name)) && !elsewhere.some((name) => has(service, name)),
  );
  const found = byImage.length > 0 ? byImage : byVariables;
  const started = found.filter(([, { profiles = [] }]) => profiles.length === 0);
  return (started.length > 0 ? started : found).map(([name]) => name).toSorted();
}

function isOfPostgres(image: string | undefined): boolean {
  const [, name = ''] = /([^/:@]+)(?::[^/:@]+)?(?:@.*)?$/.exec(image ?? '') ?? [];
  return images.has(name);
}

/** Whether the service runs the image's server. With another program it is a client, for example one that migrates. */
function runsServer({ command, entrypoint }: ComposeService): boolean {
  const [first] = command ?? [];
  return !entrypoint && (first === undefined || /^-|^(.*\/)?(postgres|docker-entrypoint\.sh)$/.test(first));
}

function has({ environment = {} }: ComposeService, name: string): boolean {
  return Object.hasOwn(environment, name);
}
