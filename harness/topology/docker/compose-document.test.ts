import { describe, expect, it } from 'vitest';

import type { ComposeService } from './compose-config.ts';
import { composeDocument, extensionFlags } from './compose-document.ts';
import { container } from './container.ts';

const labels = { 'org.rolecall.run': '1-a' };

function serverOf(service: ComposeService, image?: string): ComposeService {
  return composeDocument({ services: { db: service } }, 'db', { image, password: 'random', labels }).services!['db']!;
}

const ours = {
  environment: {
    POSTGRES_USER: 'postgres',
    POSTGRES_PASSWORD: 'random',
    POSTGRES_DB: 'postgres',
    POSTGRES_INITDB_ARGS: container.initdbArgs,
    PGDATA: container.data,
  },
  volumes: [],
  tmpfs: [container.tmpfs],
  command: container.command,
  ports: ['127.0.0.1::5432'],
  healthcheck: { disable: true },
  labels,
};

describe('the compose file of a project', () => {
  it('has the service, of its image, and a network of its own', () => {
    const config = {
      name: 'theirs',
      services: { db: { image: 'postgres:16' }, app: { image: 'app' } },
      networks: { default: { name: 'shared', external: true } },
      volumes: { data: {} },
    };
    expect(composeDocument(config, 'db', { password: 'random', labels })).toEqual({
      services: { db: { image: 'postgres:16', ...ours } },
      networks: { default: { labels } },
    });
  });

  it('keeps nothing that reaches out of the project or that only one server can have', () => {
    const service = {
      image: 'postgres:16',
      container_name: 'db',
      depends_on: { app: {} },
      deploy: { resources: { limits: { memory: '1' } } },
      links: ['app'],
      logging: { driver: 'none' },
      mem_limit: '1',
      network_mode: 'host',
      networks: { shared: null },
      ports: [{ target: 5432, published: '5432' }],
      profiles: ['dev'],
      restart: 'always',
      secrets: [{ source: 'x' }],
      volumes_from: ['app'],
      healthcheck: { test: ['CMD', 'false'] },
      labels: { 'traefik.enable': 'true' },
      entrypoint: null,
    };
    expect(serverOf(service)).toEqual({ image: 'postgres:16', ...ours });
  });

  it('keeps what its server runs with', () => {
    const more = {
      entrypoint: ['/start.sh'],
      platform: 'linux/amd64',
      read_only: true,
      shm_size: '1',
      user: '70:70',
      ulimits: { nofile: 9 },
    };
    expect(serverOf({ image: 'postgres:16', ...more })).toEqual({ image: 'postgres:16', ...more, ...ours });
    expect(serverOf({ image: 'postgres:16', tmpfs: ['/run'] }).tmpfs).toEqual(['/run', container.tmpfs]);
  });

  it('keeps variables, but none that names a user, a database or a place', () => {
    const environment = {
      JWT_SECRET: 'a$$b',
      POSTGRES_HOST: '/var/run/postgresql',
      POSTGRES_USER: 'me',
      POSTGRES_PASSWORD_FILE: '/run/secrets/password',
      POSTGRES_DB_FILE: '/run/secrets/db',
      POSTGRES_INITDB_WALDIR: '/wal',
      POSTGRES_HOST_AUTH_METHOD: 'trust',
      PGPORT: '5433',
      PGDATA: '/elsewhere',
      PGUSER: 'me',
    };
    expect(serverOf({ environment }).environment).toEqual({
      JWT_SECRET: 'a$$b',
      POSTGRES_HOST: '/var/run/postgresql',
      ...ours.environment,
    });
  });

  it('mounts no folder that can be written to, and nothing where the server or its image works', () => {
    const mount = (type: string, source: string, target: string) => ({ type, source, target });
    const volumes = [
      mount('bind', '/a/data', '/var/lib/postgresql/data'),
      mount('volume', 'data', '/var/lib/postgresql'),
      mount('bind', '/a/init.sql', '/docker-entrypoint-initdb.d/init.sql'),
      mount('bind', '/a/sockets', '/var/run/postgresql/'),
      mount('bind', '/a/own', '/elsewhere'),
      mount('bind', '/a/more', '/more'),
      mount('bind', '/a/beside', '/var/lib/postgresql-more'),
      { type: 'tmpfs', target: '/fast' },
    ];
    expect(serverOf({ environment: { PGDATA: '/elsewhere' }, volumes }).volumes).toEqual([
      { type: 'bind', source: '/a/more', target: '/more', read_only: true },
      { type: 'bind', source: '/a/beside', target: '/var/lib/postgresql-more', read_only: true },
      { type: 'tmpfs', target: '/fast' },
    ]);
  });

  it('has volumes of its own for those of a name, a driver or another project', () => {
    const config = {
      services: { db: { volumes: [{ type: 'volume', source: 'kept', target: '/kept' }] } },
      volumes: { kept: { name: 'shared', external: true, driver_opts: { type: 'none', device: '/a' } }, other: {} },
    };
    expect(composeDocument(config, 'db', { password: 'random', labels }).volumes).toEqual({ kept: { labels } });
  });

  it('is of the image that was asked for, else of the one that is built, under no name of theirs', () => {
    const service = { image: 'mine:1', build: { context: '/a', tags: ['mine:2'] } };
    expect([serverOf(service).image, serverOf(service).build]).toEqual([undefined, { context: '/a' }]);
    expect([serverOf(service, 'other').image, serverOf(service, 'other').build]).toEqual(['other', undefined]);
  });

  it('starts the server with ours after what its extensions need', () => {
    const command = ['postgres', '-c', 'shared_preload_libraries=pg_cron', '-c', 'config_file=/a'];
    expect(serverOf({ command }).command).toEqual([
      'postgres',
      '-c',
      'shared_preload_libraries=pg_cron',
      ...container.command.slice(1),
    ]);
  });
});

it.each<[command: string[], flags: string[]]>([
  [[], []],
  [['postgres', '-c'], []],
  [
    ['-c', 'my.x=a b', '-cpgaudit.log=all', '--cron.database-name=x'],
    ['my.x=a b', 'pgaudit.log=all', 'cron.database-name=x'],
  ],
  [['--shared-preload-libraries=a,b', '-c', 'port=1', '-p', '2', '-D', '/a.b=c'], ['shared-preload-libraries=a,b']],
  [['-c', 'archive_command=cp a.b=c', '-c', 'data_directory=/a.b=c'], []],
])('of the flags %j, extensions need %j', (command, flags) => {
  expect(extensionFlags(command)).toEqual(flags.flatMap((flag) => ['-c', flag]));
});
