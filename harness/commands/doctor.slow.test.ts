import { expect, it } from 'vitest';

import { rolecall } from '../testing/cli.ts';
import { startTestServer } from '../testing/server.ts';

it('topology url works with any server version, unless --pg asks for another', async () => {
  const server = await startTestServer(15);
  try {
    const url = async (...args: string[]) => {
      const { stdout } = await rolecall(['doctor', '--url', server.superuserUrl, '--format', 'json', ...args]);
      return (JSON.parse(stdout) as { topologies: { topology: string }[] }).topologies.find(
        ({ topology }) => topology === 'url',
      );
    };
    expect(await url()).toMatchObject({ works: true, server_version: expect.stringMatching(/^15\./) });
    expect(await url('--pg', '16')).toMatchObject({
      works: false,
      reason: expect.stringMatching(/is PostgreSQL 15, not 16$/),
    });
  } finally {
    await server.stop();
  }
});

it('for a version that no topology offers, doctor says why and that nothing works', async () => {
  const { exitCode, stdout, stderr } = await rolecall(['doctor', '--pg', '13'], {
    env: { DOCKER_HOST: 'unix:///none' },
  });
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/^rolecall: no topology works here with PostgreSQL 13/),
  ]);
  expect(stdout).toContain('the embedded topology has no PostgreSQL 13');
  // A program and a topology may have the same name.
  expect(stdout.match(/^compose /gm)).toHaveLength(1);
});
