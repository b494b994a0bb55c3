import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { withSession } from '../../postgres/session.ts';
import { describeContainers, docker, leavingNothing, topologyOptions } from '../../testing/containers.ts';
import { startCompose } from './compose.ts';
import type { StartedServer } from '../topology.ts';

/** Starts the service of a compose file with this text, with these files beside it. */
async function started(text: string, files: Record<string, string> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-foreign-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries({ ...files, 'compose.yml': text })) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  const options = topologyOptions({ composeFile: path.join(folder, 'compose.yml') });
  const start = () => startCompose(options);
  return { folder, start, release: () => options.releasers.release() };
}

const asked = (server: StartedServer, sql: string) =>
  withSession(server.superuser, {}, (session) => session.query(sql));

const listed = async (kind: 'image' | 'volume', format: string) =>
  (await docker(kind, 'ls', '--format', format)).split('\n');

await describeContainers('a compose file of other people', ['postgres:16'], () => {
  it('may have what only one server can have: twice at once, on free ports, and nothing is left', () =>
    leavingNothing(async () => {
      const listener = createServer().listen(0, '127.0.0.1');
      onTestFinished(() => void listener.close());
      await new Promise((resolve) => listener.once('listening', resolve));
      const { port } = listener.address() as AddressInfo;
      const file = await started(
        `name: theirs
services:
  db:
    image: postgres:16
    container_name: rolecall-foreign-test
    restart: always
    profiles: [dev]
    env_file: [db.env]
    environment: [POSTGRES_USER=me, "KEPT=a$$b"]
    ports: ["127.0.0.1:${port}:5432"]
    networks: [shared]
    depends_on: [app]
    healthcheck: { test: "false" }
    logging: { driver: none }
  app: { image: no/such-image }
networks: { shared: { external: true, name: rolecall-no-such-network } }
`,
        { 'db.env': 'POSTGRES_PASSWORD=theirs\nPOSTGRES_DB=theirs\nPGPORT=5433\n' },
      );
      const servers = await Promise.all([file.start(), file.start()]);
      for (const server of servers) {
        expect(await asked(server, 'select datname from pg_catalog.pg_database where not datistemplate')).toEqual([
          { datname: 'postgres' },
        ]);
        expect(server.superuser.port).not.toBe(port);
        expect(await server.log()).toContain('ready to accept connections');
        const text = (await server.artefacts!()).get('compose-config.yml');
        expect(text).not.toMatch(/theirs|a\$/);
        expect(text).toMatch(/KEPT: "\*\*\*"/);
      }
      await file.release();
    }));

  it('has its data folder, its scripts and its sockets left alone', () =>
    leavingNothing(async () => {
      const file = await started(
        `services:
  db:
    image: postgres:16
    volumes:
      - ./data:/var/lib/postgresql/data
      - ./sockets:/var/run/postgresql
      - ./init:/docker-entrypoint-initdb.d
      - ./more:/more
`,
        { 'data/.keep': '', 'sockets/.keep': '', 'init/1.sql': 'create role theirs;', 'more/rows.csv': 'a\n' },
      );
      const server = await file.start();
      expect(await asked(server, `select from pg_catalog.pg_roles where rolname = 'theirs'`)).toEqual([]);
      expect(await asked(server, `select pg_catalog.pg_read_file('/more/rows.csv') as rows`)).toEqual([
        { rows: 'a\n' },
      ]);
      await expect(asked(server, `copy (select 1) to '/more/written'`)).rejects.toThrow(/Read-only file system/);
      await file.release();
      for (const folder of ['data', 'sockets']) {
        expect(await readdir(path.join(file.folder, folder))).toEqual(['.keep']);
      }
    }));

  it('shares no volume, whatever its name, and removes no other', async () => {
    const name = `rolecall-foreign-${process.pid}`;
    await docker('volume', 'create', name);
    onTestFinished(async () => void (await docker('volume', 'rm', name)));
    await leavingNothing(async () => {
      const file = await started(
        `services: { db: { image: "postgres:16", volumes: ["named:/named", "outside:/outside", "bound:/bound"] } }
volumes:
  named: { name: ${name} }
  outside: { name: ${name}, external: true }
  bound: { driver_opts: { type: none, o: bind, device: /nowhere } }
`,
      );
      const server = await file.start();
      expect(
        (await listed('volume', '{{.Name}}')).flatMap((volume) => /^rolecall-\d+-\w+_(\w+)$/.exec(volume)?.[1] ?? []),
      ).toEqual(expect.arrayContaining(['named', 'outside', 'bound']));
      expect(await docker('ps', '--all', '--quiet', '--filter', `volume=${name}`)).toBe('');
      expect(await server.log()).toContain('ready to accept connections');
      await file.release();
      expect(await listed('volume', '{{.Name}}')).toContain(name);
    });
  });

  it('takes the .env beside it, and none of the working directory', () =>
    leavingNothing(async () => {
      const file = await started('services: { db: { image: "postgres:${MAJOR:?}" } }', {
        '.env': 'MAJOR=16\n',
        'app/.env': 'A=${\n',
      });
      const back = process.cwd();
      onTestFinished(() => process.chdir(back));
      process.chdir(path.join(file.folder, 'app'));
      const server = await file.start();
      expect((await server.artefacts!()).get('compose-ps.txt')).toMatch(/-db-1/);
      await file.release();
    }));

  it('may build its image, which is removed again', () =>
    leavingNothing(async () => {
      const before = await listed('image', '{{.Repository}}');
      const file = await started('services: { db: { build: ./db, image: mine, environment: { POSTGRES_USER: me } } }', {
        'db/Dockerfile': `FROM postgres:16\nRUN echo ${process.pid} > /built\n`,
      });
      const server = await file.start();
      expect(await asked(server, `select pg_catalog.pg_read_file('/built')::int as built`)).toEqual([
        { built: process.pid },
      ]);
      await file.release();
      expect(await listed('image', '{{.Repository}}')).toEqual(before);
    }));

  it('says which libraries are loaded, and nothing else of the server', () =>
    leavingNothing(async () => {
      const file = await started(
        `services: { db: { image: "postgres:16", command: postgres -c shared_preload_libraries=pg_stat_statements -c pg_stat_statements.max=200 -c port=5433 -c fsync=on } }`,
      );
      const server = await file.start();
      const setting = (name: string) => `current_setting('${name}')`;
      expect(
        await asked(server, `select ${setting('pg_stat_statements.max')} as max, ${setting('fsync')} as fsync`),
      ).toEqual([{ max: '200', fsync: 'off' }]);
      await file.release();
    }));
});
