import { stringify } from 'yaml';

/** A service of a compose file, as `docker compose config --format json` resolves it. */
export interface ComposeService {
  image?: string;
  build?: unknown;
  command?: readonly string[] | null;
  entrypoint?: readonly string[] | null;
  environment?: Readonly<Record<string, string | null>>;
  profiles?: readonly string[];
  tmpfs?: readonly string[];
  volumes?: readonly ComposeMount[];
  [key: string]: unknown;
}

export interface ComposeMount {
  type: string;
  source?: string;
  target: string;
  [key: string]: unknown;
}

/** A compose file, or the resolved part of one. */
export interface ComposeConfig {
  services?: Readonly<Record<string, ComposeService>>;
  [key: string]: unknown;
}

/** What `docker compose config --format json` printed. */
export function parseConfig(text: string): ComposeConfig {
  return JSON.parse(text) as ComposeConfig;
}

/** The major version at the beginning of a tag of the image postgres; undefined if the reference does not tell. */
export function majorOfImage(image: string): number | undefined {
  const [, major] = /(?:^|\/)postgres:(\d+)\b/.exec(image) ?? [];
  return major === undefined ? undefined : Number(major);
}

/** Variables of the image whose values reveal nothing. */
const plain = new Set(['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_INITDB_ARGS', 'PGDATA', 'LC_ALL', 'LANG', 'TZ']);

/**
 * The document that is started, as YAML. Paths are relative to `folder`. Values of variables that may be secret are left out,
 * because they come from the user's environment.
 */
export function composeText({ services = {}, ...rest }: ComposeConfig, folder: string): string {
  const told = Object.entries(services).map(([name, { environment = {}, build, ...service }]) => [
    name,
    {
      ...service,
      ...(build !== undefined && { build: withoutArguments(build) }),
      environment: Object.fromEntries(
        Object.entries(environment).map(([variable, value]) => [
          variable,
          plain.has(variable) || value === null ? value : '***',
        ]),
      ),
    },
  ]);
  return stringify({ ...rest, services: Object.fromEntries(told) as object }).replaceAll(folder, '.');
}

function withoutArguments(build: unknown): unknown {
  return typeof build === 'object' && build !== null && 'args' in build ? { ...build, args: '***' } : build;
}
