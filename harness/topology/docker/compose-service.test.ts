import { describe, expect, it } from 'vitest';

import type { RolecallError } from '../../common/errors.ts';
import type { ComposeService } from './compose-config.ts';
import { databaseService } from './compose-service.ts';

type Services = Record<string, ComposeService>;

const chosen = (services: Services, named?: string) => databaseService({ services }, 'compose.yml', named);

function refusal(services: Services, named?: string): string[] {
  try {
    return ['chosen', chosen(services, named)];
  } catch (error) {
    expect(error).toMatchObject({ code: 'topology-unavailable', exit: 2 });
    return [(error as RolecallError).message, (error as RolecallError).next ?? ''];
  }
}

const app = { image: 'mine/app:1', environment: { POSTGRES_PASSWORD: 'x', POSTGRES_USER: 'x' } };

describe('the service that is the database', () => {
  it('is the one that was named, whatever it runs', () => {
    expect(chosen({ postgres: { image: 'postgres' }, other: { image: 'redis' } }, 'other')).toBe('other');
  });

  it('is else the one called postgres', () => {
    expect(chosen({ db: { image: 'postgres:16' }, postgres: { build: '.' } })).toBe('postgres');
  });

  it.each([
    'postgres',
    'postgres:16',
    'docker.io/library/postgres:17-bookworm',
    'localhost:5000/postgres@sha256:0f',
    'localhost:5000/postgres:15.18@sha256:0f',
    'postgis/postgis:16-3.4',
    'timescale/timescaledb:latest-pg16',
    'timescale/timescaledb-ha:pg16',
    'pgvector/pgvector:pg16',
    'supabase/postgres:15.8.1.060',
  ])('is else the only one of a Postgres image, also beside a client that is given the same variables: %s', (image) => {
    expect(chosen({ app, db: { image }, cache: { image: 'redis:7' } })).toBe('db');
  });

  it.each(['postgres-exporter', 'prodrigestivill/postgres-backup-local', 'postgrest/postgrest', 'dpage/pgadmin4'])(
    'is not one of %s',
    (image) => expect(chosen({ db: { image: 'postgres:16' }, tool: { image } })).toBe('db'),
  );

  it.each([
    { POSTGRES_PASSWORD: 'x' },
    { POSTGRES_PASSWORD_FILE: '/run/secrets/x' },
    { POSTGRES_USER: 'x' },
    { POSTGRES_HOST_AUTH_METHOD: 'trust' },
  ])('is else the only one with the variables of the image: %j', (environment) => {
    const client = { build: '.', environment: { ...environment, POSTGRES_HOST: 'db' } };
    expect(chosen({ db: { build: './db', environment }, client, cache: { image: 'redis' } })).toBe('db');
  });

  it('is none that runs something else of the image', () => {
    const image = 'postgres:16';
    const services = {
      db: { image, command: ['-c', 'fsync=off'] },
      migrate: { image, command: ['psql', '-f', '/up.sql'] },
      backup: { image, entrypoint: ['/backup.sh'] },
    };
    expect(chosen(services)).toBe('db');
    expect(chosen({ db: { image, command: ['docker-entrypoint.sh', 'postgres'] } })).toBe('db');
    expect(chosen({ db: { image, command: null, entrypoint: null } })).toBe('db');
  });

  it('is one that starts by itself before one of a profile, and else that', () => {
    const test = { image: 'postgres:16', profiles: ['test'] };
    expect(chosen({ db: { image: 'postgres:16' }, test })).toBe('db');
    expect(chosen({ test })).toBe('test');
  });

  it('is refused where there are several, by their names', () => {
    expect(refusal({ main: { image: 'postgres:16' }, app, audit: { image: 'postgis/postgis' } })).toEqual([
      'compose.yml has several services that run a Postgres: audit and main',
      "Name the database's with --service, as --service audit.",
    ]);
  });

  it('is refused where there is none, or none of that name, with the names that there are', () => {
    expect(refusal({ cache: { image: 'redis' }, web: { build: '.' } })).toEqual([
      'compose.yml has no service postgres, and none that runs a Postgres',
      "Name the database's service with --service; it has cache and web.",
    ]);
    expect(refusal({ db: { image: 'postgres' } }, 'toString')).toEqual([
      'compose.yml has no service toString',
      'Name one that it has with --service: db.',
    ]);
    expect(refusal({})[1]).toBe("Name the database's service with --service; it has none.");
  });
});
