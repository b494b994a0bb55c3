import { readFile } from 'node:fs/promises';
import { effectiveAccess } from '../catalog/access/effective-access.ts';
import { fingerprint } from '../catalog/fact-text.ts';
import { readState } from '../catalog/read-state.ts';
import { stopwatch } from '../common/clock.ts';
import { contractSchema } from '../contract/contract.ts';
import { connect } from '../postgres/session.ts';
import { runBypassChecks } from '../proofs/bypass/run-checks.ts';
import { startTestServer } from '../testing/server.ts';
import { judgeAccess, contractedAccess } from '../proofs/closed-world/judge.ts';
import { judgeObjects } from '../proofs/closed-world/objects.ts';
import { judgeRoles } from '../proofs/closed-world/roles.ts';

/** What must not grow with the size of a database: the time to read its state, and to judge it. */
export async function benchLargeDatabase(): Promise<void> {
  const server = await startTestServer();
  try {
    await server.createDatabase('large');
    const session = await connect(server.target('large'));
    let queries = 0;
    const counted = async (sql: string) => {
      queries += 1;
      return session.query(sql);
    };
    const time = async <T>(
      what: string,
      work: () => Promise<T> | T,
      note: (result: T) => string = () => '',
    ): Promise<T> => {
      const elapsed = stopwatch();
      const result = await work();
      console.log(`${what.padEnd(44)} ${String(elapsed()).padStart(6)} ms  ${note(result)}`);
      return result;
    };
    await time('make 5,000 tables, 500 functions, 60 roles', async () =>
      session.script(await readFile(new URL('large-database.sql', import.meta.url), 'utf8')),
    );
    await session.script('analyze');
    const roles = Array.from({ length: 60 }, (_, index) => `bench_${index + 1}`);
    const contract = contractSchema.parse({
      version: 1,
      name: 'bench',
      title: 'A large database',
      revisions: { baseline: '1', head: '2' },
      migrations: { folder: '.' },
      tenancy: { setting: 'app.tenant', column: 'tenant_id', own: 'a', other: 'b', unknown: 'c', invalid: 'd' },
      identities: Object.fromEntries([
        ...roles.map((role) => [role, { kind: 'group' }]),
        ['postgres', { kind: 'migrator' }],
      ]),
    });
    const read = () => readState((sql) => session.script(sql), counted, server.version);
    const facts = await time(
      'snapshot of the privilege state',
      read,
      (found) => `${found.length} facts, ${queries} query`,
    );
    await time('snapshot again', read);
    await time('fingerprint', () => fingerprint(facts));
    await time(
      'effective access of 60 roles and PUBLIC',
      () => effectiveAccess(facts, [...roles, 'PUBLIC']),
      (found) => `${found.length} privileges`,
    );
    const access = contractedAccess(contract, facts);
    await time(
      'closed-world judgement',
      () => [
        ...judgeAccess(contract, facts, access, 'head'),
        ...judgeRoles(contract, facts, 'head'),
        ...judgeObjects(contract, facts),
      ],
      (found) => `${found.length} findings`,
    );
    await time(
      'bypass checks',
      () => runBypassChecks(session, contract, server.version),
      (found) => `${found.length} findings`,
    );
    await session.close();
  } finally {
    await server.stop();
  }
}
