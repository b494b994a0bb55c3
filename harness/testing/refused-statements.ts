import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { productionMigrator } from '../contract/migrator.ts';
import { readServerProfile, type ServerName } from '../contract/servers/server-profile.ts';
import { refusalOf } from '../findings/refusals.ts';
import { quoteIdentifier } from '../postgres/quote.ts';
import { withSession } from '../postgres/session.ts';
import type { Target } from '../postgres/target.ts';
import { PsqlFault } from '../psql/psql-fault.ts';
import { refusedBy } from '../psql/refused-statement.ts';
import { runFile } from '../psql/run-file.ts';
import { contractWith } from './contract.ts';
import { startTestServer, type TestServer } from './server.ts';
import { dressCluster, dressedDatabase, type DressedCluster } from '../pipeline/dress/cluster.ts';
import { statementsOn } from '../pipeline/dress/platform-statements.ts';
import { refusedCases, type RefusedCase } from '../pipeline/dress/refusals.fixture.ts';

const { signal } = new AbortController();

/** The statement that the server refused, and the known refusal. */
async function refusedIn(target: Target, text: string, platform: ServerName = 'stock') {
  const instead = statementsOn(readServerProfile(platform), target.user);
  const fault: unknown = await runFile(target, { file: 'x.sql', text, instead }).catch((error: unknown) => error);
  const refused = fault instanceof PsqlFault ? refusedBy(fault) : undefined;
  return refused === undefined ? fault : (refusalOf(refused)?.name ?? refused);
}

/** A test for each refusal on each version: that it is known, and that the statement in its remedy is allowed. */
export function testRefusals(majors: readonly number[]): void {
  describe.each(majors)('on PostgreSQL %s', (major) => {
    let server: TestServer;
    let cluster: DressedCluster;
    let roles: string[];
    const asSuperuser = (sql: string, database = 'postgres') =>
      withSession({ ...cluster.superuser, database }, { signal }, (session) => session.script(sql));
    const roleNames = () =>
      withSession(cluster.superuser, { signal }, async (session) =>
        (await session.query<{ name: string }>('select rolname as name from pg_roles')).map(({ name }) => name),
      );
    beforeAll(async () => {
      server = await startTestServer(major);
      cluster = await dressCluster(
        server.superuser,
        productionMigrator(contractWith('migrator: { platform: stock }'))!,
        signal,
      );
      roles = await roleNames();
    });
    afterAll(() => server.stop());

    const cases = refusedCases.filter(({ since = 14 }) => since <= major);
    it.each(cases.map((one, index) => [one.name, one.refused, one, index] as const))(
      '%s: %s',
      async (name, refused, { setUp = '', given = '', instead, platform }: RefusedCase, index) => {
        const { migrator } = await dressedDatabase(cluster, `d${index}`, signal);
        const { database } = migrator;
        try {
          await asSuperuser(setUp, database);
          expect(await refusedIn(migrator, refused, platform)).toBe(name);
          await asSuperuser(given, database);
          expect(instead === undefined ? undefined : await refusedIn(migrator, instead, platform)).toBeUndefined();
        } finally {
          await asSuperuser(`drop database ${quoteIdentifier(database)} with (force)`);
          const more = (await roleNames()).filter((role) => !roles.includes(role));
          await asSuperuser(
            [...more.map((role) => `drop role ${quoteIdentifier(role)};`), 'alter role admin createrole'].join(' '),
          );
        }
      },
    );
  });
}
