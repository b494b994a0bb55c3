import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { RolecallError } from '../../common/errors.ts';
import { withSession } from '../../postgres/session.ts';
import { buildImage, describeContainers, docker, leavingNothing, topologyOptions } from '../../testing/containers.ts';
import { pinnedImage } from '../../testing/pinned-image.ts';
import { startCompose } from './compose.ts';
import { startTestcontainer } from './testcontainers.ts';
import type { StartedServer, TopologyOptions } from '../topology.ts';

const starts: [
  name: string,
  start: (options: TopologyOptions, within?: number) => Promise<StartedServer>,
  own: string,
][] = [
  ['compose', startCompose, pinnedImage],
  ['testcontainers', startTestcontainer, 'postgres:16'],
];

/** The refusal of a start that fails, after everything is released. */
async function refusalOf(start: Promise<StartedServer>, { releasers }: TopologyOptions): Promise<RolecallError> {
  const error = await start.then(
    () => new Error('it started'),
    (thrown: unknown) => thrown,
  );
  await releasers.release();
  expect(error).toBeInstanceOf(RolecallError);
  return error as RolecallError;
}

const asked = (server: StartedServer, sql: string) =>
  withSession(server.superuser, {}, (session) => session.query(sql));

await describeContainers('a server in a container', ['postgres:15', 'postgres:16', pinnedImage], () => {
  const never = 'rolecall-test:never-ready';
  const dying = 'rolecall-test:dying';
  beforeAll(async () => {
    await buildImage(never, 'ENTRYPOINT ["sh", "-c", "echo stuck on purpose; exec sleep 600"]');
    await buildImage(dying, 'ENTRYPOINT ["sh", "-c", "echo dying on purpose >&2; exit 7"]');
  });
  afterAll(() => docker('rmi', never, dying));

  describe.each(starts)('of %s', (_, start, image) => {
    it('is new, has the settings of every topology, names its image, and leaves nothing behind', () =>
      leavingNothing(async () => {
        const options = topologyOptions();
        const server = await start(options);
        expect(
          await asked(
            server,
            'select current_user::text as user, rolsuper as super from pg_catalog.pg_roles where rolname = current_user',
          ),
        ).toEqual([{ user: 'postgres', super: true }]);
        expect(
          await asked(
            server,
            `select pg_encoding_to_char(encoding) as encoding, datcollate as collation, current_setting('fsync') as fsync from pg_catalog.pg_database where datname = 'postgres'`,
          ),
        ).toEqual([{ encoding: 'UTF8', collation: 'C', fsync: 'off' }]);
        expect(await asked(server, 'select datname from pg_catalog.pg_database where not datistemplate')).toEqual([
          { datname: 'postgres' },
        ]);
        expect(await server.log()).toContain('database system is ready to accept connections');
        const artefacts = await server.artefacts!();
        expect(artefacts.get('docker-version.txt')).toMatch(/Server:/);
        expect(artefacts.get('image.txt')).toMatch(
          new RegExp(`^asked for ${image}\n.*"${image}".*\nid +sha256:[0-9a-f]{64}\n`),
        );
        expect(artefacts.get('ps.txt')).toMatch(/127\.0\.0\.1:\d+->5432\/tcp/);
        expect([...artefacts.values()].join('\n')).not.toContain(server.superuser.password);
        expect([...artefacts.values()].join('\n')).not.toContain(process.cwd());
        await options.releasers.release();
      }));

    it('can run beside a second one', () =>
      leavingNothing(async () => {
        const options = topologyOptions();
        const [one, two] = await Promise.all([start(options), start(options)]);
        await asked(one, 'create role only_in_one');
        expect(await asked(two, `select from pg_catalog.pg_roles where rolname = 'only_in_one'`)).toEqual([]);
        expect(one.superuser.password).not.toBe(two.superuser.password);
        await options.releasers.release();
      }));

    it('that dies at once is refused with the last lines of its log', () =>
      leavingNothing(async () => {
        const options = topologyOptions({ image: dying });
        const error = await refusalOf(start(options), options);
        expect(error.message).toMatch(/ended before it was ready: .*exit code 7/);
        expect(error).toMatchObject({
          code: 'topology-unavailable',
          message: expect.stringContaining('dying on purpose'),
        });
      }));

    it('is refused where nobody can log in in time', () =>
      leavingNothing(async () => {
        const options = topologyOptions({ image: never });
        const error = await refusalOf(start(options, 2000), options);
        expect(error.message).toMatch(/^nobody could log in within 2 s\n/);
        expect(error).toMatchObject({
          code: 'topology-unavailable',
          message: expect.stringContaining('stuck on purpose'),
        });
      }));

    it('is refused where its image is not of the version that was asked for', () =>
      leavingNothing(async () => {
        const options = topologyOptions({ image: 'postgres:15', exactMajor: true });
        expect(await refusalOf(start(options), options)).toMatchObject({
          code: 'topology-unavailable',
          message: 'postgres:15 is PostgreSQL 15, not 16',
          next: expect.stringContaining('--pg 15'),
        });
      }));

    it.each([0, 150, 400, 900, 1600])('leaves nothing when interrupted after %i ms', (after) =>
      leavingNothing(async () => {
        const controller = new AbortController();
        const reason = new RolecallError('interrupted', { message: 'interrupted on purpose' });
        const options = topologyOptions({ image: never, signal: controller.signal });
        const timer = setTimeout(() => controller.abort(reason), after);
        onTestFinished(() => clearTimeout(timer));
        expect(await refusalOf(start(options), options)).toBe(reason);
      }),
    );
  });

  it("of compose uses the stock image when another version than the file's is asked for", () =>
    leavingNothing(async () => {
      const options = topologyOptions({ major: 15, exactMajor: true });
      expect((await (await startCompose(options)).artefacts!()).get('image.txt')).toMatch(/^asked for postgres:15\n/);
      await options.releasers.release();
    }));

  describe('of compose, from a file of one’s own', () => {
    const start = async (text: string, more: Partial<TopologyOptions> = {}) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'rolecall-compose-'));
      const back = process.cwd();
      onTestFinished(async () => {
        process.chdir(back);
        await rm(folder, { recursive: true });
      });
      await writeFile(path.join(folder, 'docker-compose.e2e.yml'), text);
      process.chdir(folder);
      const options = topologyOptions(more);
      return { options, server: startCompose(options) };
    };

    it('is refused where it does not say which service is the database', () =>
      leavingNothing(async () => {
        const none = await start('services: { cache: { image: "redis" } }');
        expect(await refusalOf(none.server, none.options)).toMatchObject({
          code: 'topology-unavailable',
          message: expect.stringMatching(/has no service postgres, and none that runs a Postgres$/),
        });
      }));

    it('starts the image that the file names, which must be of the version that was asked for', () =>
      leavingNothing(async () => {
        const file = (image: string) =>
          `services: { postgres: { image: "${image}", ports: ["127.0.0.1:\${ROLECALL_POSTGRES_PORT}:5432"] } }`;
        const named = await start(file('${ROLECALL_POSTGRES_IMAGE:-postgres:16}'));
        expect((await (await named.server).artefacts!()).get('image.txt')).toMatch(/^asked for postgres:16\n/);
        await named.options.releasers.release();
        const older = await start(file('${ROLECALL_POSTGRES_IMAGE:-postgres:15}'));
        expect((await (await older.server).artefacts!()).get('image.txt')).toMatch(/^asked for postgres:15\n/);
        await older.options.releasers.release();
        const other = await start(file('postgres:16'), { image: 'postgres:15' });
        expect((await (await other.server).artefacts!()).get('image.txt')).toMatch(/^asked for postgres:15\n/);
        await other.options.releasers.release();
        const fixed = await start(file('postgres:16'), { major: 15, exactMajor: true });
        expect((await refusalOf(fixed.server, fixed.options)).message).toBe('postgres:16 is PostgreSQL 16, not 15');
      }));

    it('starts with volumes of its own, and removes them', () =>
      leavingNothing(async () => {
        const { options, server } = await start(
          'services: { postgres: { image: "postgres:16", ports: ["127.0.0.1:${ROLECALL_POSTGRES_PORT}:5432"], environment: { MY_SECRET: hunter2 }, volumes: ["kept:/kept"] } }\nvolumes: { kept: {} }',
        );
        const started = await server;
        expect(await docker('volume', 'ls', '--format', '{{.Name}}')).toMatch(
          new RegExp(`^rolecall-${process.pid}-\\w+_kept$`, 'm'),
        );
        expect((await started.artefacts!()).get('compose-config.yml')).toMatch(/MY_SECRET: "\*\*\*"/);
        await options.releasers.release();
      }));
  });
});
