import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Project } from '../pipeline/project.ts';
import { repository } from '../testing/cli.ts';
import { testContext } from '../testing/head.ts';
import { startTestServer, type TestServer } from '../testing/server.ts';
import { migratorOf } from './migrator.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const program = `const { default: pg } = await import('pg');
const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query(process.argv[1]);
await client.end();`;

/** What `rolecall` runs for a contract whose migrations are a program that runs its revision as SQL. */
function migrator(more: object) {
  const migrations = {
    command: [process.execPath, '--input-type=module', '-e', program, '{revision}'],
    url_env: 'DATABASE_URL',
    cwd: '.',
    timeout: 60,
    ...more,
  };
  const project = { contract: { migrations, revisions: {} }, plan: undefined, resolve: () => repository };
  return migratorOf(project as unknown as Project, testContext().context);
}

describe('a program that migrates', () => {
  it('logs in as the role that the contract names, which logs in no more afterwards', async () => {
    await server.query('create role shop_owner nologin');
    await server.query('grant create on schema public to shop_owner');
    const passwords = new Map<string, string>();
    await migrator({ as: 'shop_owner' }).up(server.superuser, 'create table a ()', { passwords });
    expect(
      await server.query(`select relowner::regrole::text as owner, rolcanlogin as login
        from pg_class join pg_roles on pg_roles.oid = relowner where relname = 'a'`),
    ).toEqual([{ owner: 'shop_owner', login: false }]);
    expect([...passwords.keys()]).toEqual(['shop_owner']);
  });

  it('is given a password of the form that drivers take, where it is ours to change', async () => {
    const form = async () =>
      (
        await server.query(`select split_part(rolpassword, ':', 1) as form from pg_authid where rolname = 'postgres'`)
      )[0];
    await migrator({}).up(server.superuser, 'select 1', { passwords: new Map(), logins: new Map() });
    expect(await form()).toEqual({ form: 'SCRAM-SHA-256$1' });
    await migrator({}).up(server.superuser, 'select 1');
    expect(await form()).toEqual({ form: 'SCRAM-SHA-256$4096' });
  });
});
