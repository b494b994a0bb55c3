import { afterAll, beforeAll, expect, it } from 'vitest';

import { today } from '../common/clock.ts';
import { platformNames, readPlatform, type PlatformName } from '../contract/platforms/platform.ts';
import { parseContract } from '../contract/parse-contract.ts';
import { runScriptFiles } from '../psql/script-files.ts';
import { contractFile } from '../testing/head.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { judgeLive } from './judge.ts';
import { observePhase } from './observe-phase.ts';
import { readProject } from './project.ts';

const least = (platform: PlatformName) => `version: 1
name: bare
title: A platform without a project
platform: ${platform}
revisions: { baseline: "1", head: "2" }
migrations: { folder: migrations }
tenancy: { own: { user: "1" }, other: { user: "2" }, unknown: { user: "3" } }
identities: { postgres: { kind: migrator } }
database: { grants: { PUBLIC: [CONNECT, TEMPORARY] } }
schemas: { public: { grants: { PUBLIC: [USAGE] } } }
future: { functions: { PUBLIC: [EXECUTE] }, types: { PUBLIC: [USAGE] } }
`;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** The judgement of a database's catalogs by the contract of a platform alone. */
async function judged(platform: PlatformName, database: string): Promise<string[]> {
  const { signal } = new AbortController();
  const contract = parseContract('c.yaml', least(platform));
  const superuser = server.target(database);
  const project = { ...(await readProject(contractFile)), ...contract };
  const built = { phase: 'head', revision: '2', superuser, logins: new Map() } as const;
  const seen = await observePhase(built, { project, reporter: {}, signal, statements: undefined });
  return judgeLive(contract, seen, { today: today() }).findings.map(({ code, message }) => `${code}: ${message}`);
}

it.each(platformNames)(
  '%s brings by its SQL what it brings by its contract, also where its roles are there already',
  async (platform) => {
    for (const database of [`${platform}_one`, `${platform}_two`]) {
      await server.createDatabase(database);
      const { provision } = readPlatform(platform);
      await runScriptFiles(server.target(database), [provision], 'provision-failed', new AbortController().signal);
      expect(await judged(platform, database)).toEqual([]);
    }
    // Roles belong to the cluster, so the next platform gets a cluster of its own.
    await server.stop();
    server = await startTestServer();
  },
);

it('tells what was given away of what a platform brings', async () => {
  await server.createDatabase('given');
  const { provision } = readPlatform('supabase');
  await runScriptFiles(server.target('given'), [provision], 'provision-failed', new AbortController().signal);
  await server.query(
    'grant select on auth.users to authenticated; create policy p on storage.objects using (true)',
    'given',
  );
  expect(await judged('supabase', 'given')).toEqual(
    expect.arrayContaining([
      expect.stringContaining('undeclared-access: authenticated has SELECT on table auth.users'),
      expect.stringContaining('storage.objects has the policy p, which the contract does not declare'),
    ]),
  );
});
