import { createServer } from 'node:net';

import { expect, it, onTestFinished } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { describeContainers, leavingNothing } from '../testing/containers.ts';
import { smallProject } from '../testing/small-project.ts';

/** A port on which something listens until the test ends. A listener that exists already is enough. */
async function taken(port: number): Promise<void> {
  const listener = createServer();
  onTestFinished(() => void listener.close());
  await new Promise<void>((resolve) => {
    listener.once('error', () => resolve()).listen(port, '127.0.0.1', resolve);
  });
}

await describeContainers('a project with a compose file of its own', ['postgres:16'], () => {
  it('is run on its one Postgres service, in both phases, and leaves nothing', () =>
    leavingNothing(async () => {
      await taken(5432);
      await using project = await smallProject({
        'docker-compose.yml': `services:
  web: { build: ., depends_on: [database], environment: { POSTGRES_USER: me, POSTGRES_PASSWORD: mine } }
  database:
    image: postgres:16
    container_name: the-database
    restart: unless-stopped
    environment: { POSTGRES_USER: me, POSTGRES_PASSWORD: mine, POSTGRES_DB: small_before }
    ports: ["5432:5432"]
    volumes: ["data:/var/lib/postgresql/data", "./init:/docker-entrypoint-initdb.d"]
volumes: { data: { name: the-data } }
`,
        'init/1.sql': 'create role app; create database small_after;\n',
      });
      const args = ['--topology', 'compose', '--compose-file', 'docker-compose.yml'];
      const { exitCode, stdout, stderr } = await rolecall(['run', ...args, '--format', 'json'], {
        cwd: project.folder,
      });
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('head')]);
      const { pack } = JSON.parse(stdout) as { pack: string };
      const text = await project.textOf(`${pack}/topology`);
      expect(text).toMatch(/rolecall-\d+-\w+-database-1/);
      expect(text).not.toMatch(/\bmine\b|the-data/);
    }));

  it('is refused where two services run a Postgres, until one is named', () =>
    leavingNothing(async () => {
      await using project = await smallProject({
        'compose.yml': 'services: { main: { image: "postgres:16" }, audit: { image: "postgres:16" } }\n',
      });
      const why = (...more: string[]) =>
        rolecall(
          ['why', 'app', 'SELECT', 'public.orders', '--topology', 'compose', '--compose-file', 'compose.yml', ...more],
          { cwd: project.folder },
        );
      const { exitCode, stderr } = await why();
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/^rolecall: \S+compose\.yml has several services that run a Postgres: audit and main$/m);
      expect(stderr).toMatch(/--service audit/);
      expect(await why('--service', 'main')).toMatchObject({ exitCode: 0 });
      expect(await why('--service', 'mian')).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('no service mian'),
      });
    }));

  it.each([
    ['services: { web: { image: "web:${TAG:?say which}" }, db: { image: "postgres:16" } }', /say which/],
    ['services: { web: { image: web, env_file: [no.env] }, db: { image: "postgres:16" } }', /no\.env/],
    ['services: { db: [', /yaml/],
  ])('is refused where Compose cannot read it: %s', async (text, words) => {
    await using project = await smallProject({ 'compose.yml': `${text}\n` });
    const { exitCode, stderr } = await rolecall(['run', '--topology', 'compose', '--compose-file', 'compose.yml'], {
      cwd: project.folder,
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^rolecall: Compose cannot read the compose file$/m)]);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/variables and files of its other services too/);
  });

  it('is refused where the file is not there', async () => {
    await using project = await smallProject();
    const args = ['run', '--topology', 'compose', '--compose-file', 'no.yml'];
    expect(await rolecall(args, { cwd: project.folder })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^rolecall: there is no compose file no\.yml$/m),
    });
  });
});
